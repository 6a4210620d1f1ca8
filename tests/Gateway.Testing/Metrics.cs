namespace Gateway.Testing;

/// <summary>Reads the metrics of a running gateway.</summary>
public static class Metrics
{
    static readonly HttpClient Client = new();

    /// <summary>Gets the page at <paramref name="address"/>, a full address that ends in <c>/metrics</c>.</summary>
    public static Task<MetricsPage> GetAsync(Uri address) => GetAsync(Client, address);

    /// <summary>Gets <c>/metrics</c> below the client's base address.</summary>
    public static Task<MetricsPage> GetAsync(HttpClient client) => GetAsync(client, new Uri("/metrics", UriKind.Relative));

    static async Task<MetricsPage> GetAsync(HttpClient client, Uri address) =>
        MetricsPage.Parse(await client.GetStringAsync(address));
}
