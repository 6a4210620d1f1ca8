using System.Globalization;
using System.Text;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// What a stream is to hold: events of these names and of these collections and of this user, and with a topic that one of
/// these matchers matches; where there are none, of all. With checkpoints it is told now and then how far it has come, though
/// nothing that passes has fired.
/// </summary>
sealed record StreamFilter(
    IReadOnlyCollection<string> Names, IReadOnlyCollection<Guid> Collections, Guid? User, IReadOnlyCollection<TopicMatcher> Matchers,
    bool HasCheckpoints = false)
{
    /// <summary>All events.</summary>
    public static StreamFilter All { get; } = new([], [], null, []);

    /// <summary>How many combinations of a name and a collection one stream may ask for.</summary>
    public const int MaxCombinations = 1000;

    /// <summary>How many matchers one stream may have.</summary>
    public const int MaxMatchers = 100;

    /// <summary>How many characters a matcher may have.</summary>
    public const int MaxMatcherLength = 1000;

    /// <summary>The kinds of things it looks at, as bits: names 1, collections 2, the user 4.</summary>
    public int Kinds { get; } = (Names.Count > 0 ? 1 : 0) | (Collections.Count > 0 ? 2 : 0) | (User != null ? 4 : 0);

    /// <summary>The same for all filters whose streams are given the same.</summary>
    public string Topic { get; } = Canonical(Names, Collections, User, Matchers) + (HasCheckpoints ? "k" : "");

    /// <summary>What an event must have one of to pass: a key of <see cref="KeyOf"/> for each combination.</summary>
    public IEnumerable<string> Keys =>
        from name in Names.DefaultIfEmpty("")
        from collection in Collections.DefaultIfEmpty()
        select Key(Kinds, name, collection, User ?? Guid.Empty);

    public bool Matches(EventRecord record) => MatchesTopics(record) && MatchesUser(record);

    /// <summary>Whether it lets through what has the event's name and collection, if it is of the right user.</summary>
    public bool MatchesTopics(EventRecord record) =>
        (Names.Count == 0 || Names.Contains(record.Name))
        && (Collections.Count == 0 || Collections.Contains(record.CollectionId))
        && (Matchers.Count == 0 || MatchesAny(TopicMatcher.TopicsOf(record)));

    /// <summary>Whether it lets through what is of the event's user.</summary>
    public bool MatchesUser(EventRecord record) => User == null || User == record.UserId;

    /// <summary>The key of an event for filters that look at these kinds of things.</summary>
    public static string KeyOf(EventRecord record, int kinds) => Key(kinds, record.Name, record.CollectionId, record.UserId);

    bool MatchesAny(string[] topics) => Matchers.Any(matcher => topics.Any(matcher.Matches));

    static string Key(int kinds, string name, Guid collection, Guid user) => string.Concat(
        kinds.ToString(CultureInfo.InvariantCulture),
        (kinds & 2) != 0 ? collection.ToString("N") : "",
        (kinds & 4) != 0 ? user.ToString("N") : "",
        (kinds & 1) != 0 ? name : "");

    static string Canonical(IReadOnlyCollection<string> names, IReadOnlyCollection<Guid> collections, Guid? user, IReadOnlyCollection<TopicMatcher> matchers)
    {
        var text = new StringBuilder();
        foreach (var collection in collections.Order())
            text.Append('c').Append(collection.ToString("N"));
        if (user != null)
            text.Append('u').Append(user.Value.ToString("N"));
        foreach (string name in names.Order(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"n{name.Length}:").Append(name);
        foreach (string key in matchers.Select(matcher => matcher.Key).Order(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"m{key.Length}:").Append(key);
        return text.ToString();
    }
}
