using System.Globalization;
using System.Text;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// What a stream is to hold: events of these names and of these collections and of this user; where there are none, of all.
/// </summary>
sealed record StreamFilter(IReadOnlyCollection<string> Names, IReadOnlyCollection<Guid> Collections, Guid? User)
{
    /// <summary>How many combinations of a name and a collection one stream may ask for.</summary>
    public const int MaxCombinations = 1000;

    /// <summary>The kinds of things it looks at, as bits: names 1, collections 2, the user 4.</summary>
    public int Kinds { get; } = (Names.Count > 0 ? 1 : 0) | (Collections.Count > 0 ? 2 : 0) | (User != null ? 4 : 0);

    /// <summary>The same for all filters that let the same through.</summary>
    public string Topic { get; } = Canonical(Names, Collections, User);

    /// <summary>What an event must have one of to pass: a key of <see cref="KeyOf"/> for each combination.</summary>
    public IEnumerable<string> Keys =>
        from name in Names.DefaultIfEmpty("")
        from collection in Collections.DefaultIfEmpty()
        select Key(Kinds, name, collection, User ?? Guid.Empty);

    public bool Matches(EventRecord record) =>
        (Names.Count == 0 || Names.Contains(record.Name))
        && (Collections.Count == 0 || Collections.Contains(record.CollectionId))
        && (User == null || User == record.UserId);

    /// <summary>The key of an event for filters that look at these kinds of things.</summary>
    public static string KeyOf(EventRecord record, int kinds) => Key(kinds, record.Name, record.CollectionId, record.UserId);

    static string Key(int kinds, string name, Guid collection, Guid user) => string.Concat(
        kinds.ToString(CultureInfo.InvariantCulture),
        (kinds & 2) != 0 ? collection.ToString("N") : "",
        (kinds & 4) != 0 ? user.ToString("N") : "",
        (kinds & 1) != 0 ? name : "");

    static string Canonical(IReadOnlyCollection<string> names, IReadOnlyCollection<Guid> collections, Guid? user)
    {
        var text = new StringBuilder();
        foreach (var collection in collections.Order())
            text.Append('c').Append(collection.ToString("N"));
        if (user != null)
            text.Append('u').Append(user.Value.ToString("N"));
        foreach (string name in names.Order(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"n{name.Length}:").Append(name);
        return text.ToString();
    }
}
