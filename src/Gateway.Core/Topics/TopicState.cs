namespace Gateway.Core.Topics;

/// <summary>What operators see of a topic.</summary>
/// <param name="Name">Its name, as clients gave it.</param>
/// <param name="Subscribers">How many subscribe now.</param>
/// <param name="Messages">Messages published since it exists.</param>
/// <param name="Bytes">Their bytes, as on the wire.</param>
sealed record TopicState(string Name, int Subscribers, long Messages, long Bytes);
