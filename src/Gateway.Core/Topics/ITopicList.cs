namespace Gateway.Core.Topics;

/// <summary>The topics of a module, whatever its type.</summary>
interface ITopicList
{
    /// <summary>The topics at this moment, in no order.</summary>
    IEnumerable<TopicState> States { get; }
}
