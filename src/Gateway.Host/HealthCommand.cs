namespace Gateway.Host;

/// <summary><c>health</c>: asks a gateway that runs, for containers in which there is nothing else to ask with.</summary>
static class HealthCommand
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Uri address)
    {
        try
        {
            using var http = new HttpClient { Timeout = Limit };
            using var answer = await http.GetAsync(address).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? ExitCodes.Fine : ExitCodes.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address}: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }
}
