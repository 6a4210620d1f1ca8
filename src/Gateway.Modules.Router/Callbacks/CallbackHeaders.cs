namespace Gateway.Modules.Router.Callbacks;

/// <summary>What configured headers may look like.</summary>
static class CallbackHeaders
{
    /// <summary>Whether the HTTP client takes the header as one of a request.</summary>
    public static bool AreValid(string name, string value)
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
