namespace Gateway.Core.Configuration;

/// <summary>A list that is written as one text.</summary>
static class ListText
{
    /// <summary>The elements between the semicolons, without blanks around them; blank ones do not count.</summary>
    public static string[] Split(string text) => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
