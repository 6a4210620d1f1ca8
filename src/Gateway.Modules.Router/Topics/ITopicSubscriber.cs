namespace Gateway.Modules.Router.Topics;

/// <summary>Who gets a topic's messages. Called under the topic's lock: nothing here waits.</summary>
interface ITopicSubscriber
{
    /// <summary>A message has come.</summary>
    void OnMessage(TopicMessage message);

    /// <summary>Messages may have been lost, and come again from now on.</summary>
    void OnGap();
}
