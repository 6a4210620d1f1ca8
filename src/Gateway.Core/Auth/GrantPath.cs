namespace Gateway.Core.Auth;

/// <summary>What is left of a path while it is followed segment by segment, without copying it.</summary>
readonly ref struct GrantPath
{
    // Each segment with the slash before it; nothing if the path came as segments.
    readonly ReadOnlySpan<char> _text;
    readonly ReadOnlySpan<string> _segments;

    /// <param name="path">Begins with a slash.</param>
    public GrantPath(string path)
        : this(path.Length == 1 ? [] : path.AsSpan())
    {
    }

    public GrantPath(ReadOnlySpan<string> segments) => _segments = segments;

    GrantPath(ReadOnlySpan<char> text) => _text = text;

    public bool IsEnd => _text.IsEmpty && _segments.IsEmpty;

    /// <summary>Takes a segment off; not at the end.</summary>
    public GrantPath Next(out ReadOnlySpan<char> segment)
    {
        if (_text.IsEmpty)
        {
            segment = _segments[0];
            return new(_segments[1..]);
        }
        var text = _text[1..];
        int slash = text.IndexOf('/');
        segment = slash < 0 ? text : text[..slash];
        return new(text[segment.Length..]);
    }
}
