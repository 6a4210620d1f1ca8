namespace Gateway.Core.Configuration;

/// <summary>What headers may look like that a configuration adds to requests of ours.</summary>
public static class RequestHeaders
{
    /// <summary>Whether the HTTP client takes the header as one of a request, and its value is ASCII.</summary>
    public static bool IsValid(string name, string value)
    {
        using var request = new HttpRequestMessage();
        try
        {
            request.Headers.Add(name, value);
            return value.All(char.IsAscii);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}
