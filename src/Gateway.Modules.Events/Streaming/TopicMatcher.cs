using System.Text.RegularExpressions;
using Gateway.Modules.Events.Storage;

namespace Gateway.Modules.Events.Streaming;

/// <summary>
/// What Mercure's clients call a topic matcher: a topic, <c>*</c> for all, or a pattern of topics. An event has two topics,
/// <c>/collections/{id}</c> and <c>/events/{name}</c>.
/// </summary>
sealed class TopicMatcher
{
    readonly string _topic;
    readonly Regex? _pattern;

    TopicMatcher(string topic, Regex? pattern) => (_topic, _pattern) = (topic, pattern);

    /// <summary>The same for all matchers that are written alike.</summary>
    public string Key => _pattern == null ? $"={_topic}" : $"~{_topic}";

    /// <summary>One topic, compared byte by byte, or all.</summary>
    public static TopicMatcher Exact(string topic) => new(topic, null);

    /// <summary>All topics of a pattern; see <see cref="TopicPattern"/>.</summary>
    /// <exception cref="FormatException">It is none; the text says why.</exception>
    public static TopicMatcher Pattern(string pattern) => new(pattern, TopicPattern.Parse(pattern));

    /// <summary>The topics of an event.</summary>
    public static string[] TopicsOf(EventRecord record) => [$"/collections/{record.CollectionId}", $"/events/{record.Name}"];

    public bool Matches(string topic) => _pattern?.IsMatch(topic) ?? (_topic == "*" || _topic == topic);
}
