namespace Gateway.Modules.Events;

/// <summary>Identifiers as the original takes them: with hyphens, without, or after <c>urn:uuid:</c>; in any case.</summary>
static class Uuid
{
    const string UrnPrefix = "urn:uuid:";

    public static bool TryParse(string text, out Guid uuid) =>
        Guid.TryParseExact(text, "D", out uuid)
        || Guid.TryParseExact(text, "N", out uuid)
        || (text.StartsWith(UrnPrefix, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(text.AsSpan(UrnPrefix.Length), "D", out uuid));
}
