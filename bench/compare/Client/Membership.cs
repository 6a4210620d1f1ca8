namespace Gateway.Compare.Client;

/// <summary>Subscribing and leaving again, each with an answer.</summary>
/// <param name="Join">The message that subscribes to a topic, by a number that no other client uses at the moment.</param>
/// <param name="Leave">The message that leaves it.</param>
/// <param name="Joined">What is in the answer to the first.</param>
/// <param name="Left">What is in the answer to the second.</param>
/// <param name="Opening">What a client sends once it is accepted.</param>
/// <param name="Target">What it asks for.</param>
sealed record Membership(Func<int, string> Join, Func<int, string> Leave, byte[] Joined, byte[] Left, IReadOnlyList<string> Opening, string Target);
