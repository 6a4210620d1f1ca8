using System.Runtime.Intrinsics;

namespace Gateway.Core.Auth;

/// <summary>
/// What granted paths say of one place in a path: which of them hold there, and which have what for their next segment.
/// A set of paths is a vector of bits.
/// </summary>
sealed class GrantLevel
{
    Dictionary<string, Vector256<ulong>>? _named;
    Vector256<ulong> _any;
    int _longest;

    /// <summary>The paths that end here and hold here.</summary>
    public Vector256<ulong> Here { get; set; }

    /// <summary>The paths that end here and hold everywhere below.</summary>
    public Vector256<ulong> Below { get; set; }

    /// <summary>A path goes on with a segment.</summary>
    /// <param name="path">The path's bit.</param>
    /// <param name="segment">Null for whatever segment there is.</param>
    public void Add(Vector256<ulong> path, string? segment)
    {
        if (segment == null)
        {
            _any |= path;
            return;
        }
        _named ??= new(StringComparer.Ordinal);
        _named[segment] = _named.GetValueOrDefault(segment) | path;
        _longest = Math.Max(_longest, segment.Length);
    }

    /// <summary>The paths that a segment fits. Looks at no more of it than their own are long.</summary>
    public Vector256<ulong> Fitting(ReadOnlySpan<char> segment) =>
        _named != null && segment.Length <= _longest
            && _named.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var named) ? _any | named : _any;
}
