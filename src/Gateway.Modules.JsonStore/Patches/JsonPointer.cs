using Gateway.Modules.JsonStore.Tree;

namespace Gateway.Modules.JsonStore.Patches;

/// <summary>A JSON Pointer (RFC 6901).</summary>
static class JsonPointer
{
    /// <summary>The reference tokens, decoded; null if it is no pointer.</summary>
    public static byte[][]? Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return [];
        if (text[0] != (byte)'/')
            return null;
        var tokens = new List<byte[]>();
        text = text[1..];
        foreach (var part in text.Split((byte)'/'))
        {
            if (Unescape(text[part]) is not { } token)
                return null;
            tokens.Add(token);
        }
        return [.. tokens];
    }

    /// <summary>The index that a token names in an array; -1 if it names none. Leading zeros are not allowed (section 4).</summary>
    public static int Index(ReadOnlySpan<byte> token)
    {
        const int MostDigits = 9;
        if (token.IsEmpty || token.Length > MostDigits || (token[0] == (byte)'0' && token.Length > 1))
            return -1;
        int index = 0;
        foreach (byte digit in token)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            index = (index * 10) + digit - '0';
        }
        return index;
    }

    /// <summary>The value that it points to; null if there is none.</summary>
    public static JsonValue? Find(JsonValue root, ReadOnlySpan<byte[]> tokens)
    {
        JsonValue? value = root;
        foreach (byte[] token in tokens)
        {
            value = value switch
            {
                JsonObject members => members.Get(token),
                JsonArray items => Index(token) is var index and >= 0 && index < items.Count ? items[index] : null,
                _ => null,
            };
        }
        return value;
    }

    static byte[]? Unescape(ReadOnlySpan<byte> token)
    {
        if (!token.Contains((byte)'~'))
            return token.ToArray();
        var unescaped = new List<byte>(token.Length);
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] != (byte)'~')
                unescaped.Add(token[i]);
            else if (i + 1 < token.Length && token[i + 1] is (byte)'0' or (byte)'1')
                unescaped.Add(token[++i] == (byte)'0' ? (byte)'~' : (byte)'/');
            else
                return null;
        }
        return [.. unescaped];
    }
}
