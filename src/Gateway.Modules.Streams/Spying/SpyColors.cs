using System.Text.RegularExpressions;

namespace Gateway.Modules.Streams.Spying;

/// <summary>
/// The spy's colours, as the original draws them: each piece in the colour of its stream, closed and opened again around
/// line ends, and bold up to the last colon of its first line.
/// </summary>
static partial class SpyColors
{
    static readonly int[] Codes = [30, 31, 32, 33, 34, 90, 35, 36, 37];
    static int _next = -1;

    /// <summary>The colour for one spy's next stream; they go round, over all spies.</summary>
    public static int Next() => Codes[(Interlocked.Increment(ref _next) & int.MaxValue) % Codes.Length];

    /// <summary>Draws a piece.</summary>
    public static string Draw(string piece, int color)
    {
        string drawn = $"\e[{color}m{LineEnds().Replace(piece, match => $"\e[39m{match.Value}\e[{color}m")}\e[39m";
        int line = drawn.AsSpan().IndexOfAny('\r', '\n');
        int colon = (line < 0 ? drawn : drawn[..line]).LastIndexOf(':');
        return colon < 0 ? drawn : $"\e[1m{drawn[..(colon + 1)]}\e[22m{drawn[(colon + 1)..]}";
    }

    [GeneratedRegex(@"[\r\n]+")]
    private static partial Regex LineEnds();
}
