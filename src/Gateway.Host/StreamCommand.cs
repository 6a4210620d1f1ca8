using Gateway.Host.Streaming;

namespace Gateway.Host;

/// <summary><c>stream</c>: standard input into a byte stream, live.</summary>
static class StreamCommand
{
    public static async Task<int> RunAsync(StreamArguments arguments)
    {
        try
        {
            var address = Address(arguments);
            var input = Console.OpenStandardInput();
            await using (input.ConfigureAwait(false))
                await new StreamSender(arguments, address, input).RunAsync().ConfigureAwait(false);
            return ExitCodes.Fine;
        }
        catch (StreamFault fault)
        {
            await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    static Uri Address(StreamArguments arguments)
    {
        if (!Uri.TryCreate(arguments.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new StreamFault($"\"{arguments.Url}\" is no http or https URL");
        if (arguments.Id is "." or "..")
            throw new StreamFault($"\"{arguments.Id}\" is no id");
        return new Uri($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/stream/{Uri.EscapeDataString(arguments.Id)}");
    }
}
