using System.Text;
using Gateway.Benchmarks.Load;

namespace Gateway.Compare.Client;

/// <summary>How clients speak with a server: what they send to subscribe and to publish, and what stands around its messages.</summary>
sealed record Dialect
{
    /// <summary>Where the server listens.</summary>
    public required int Port { get; init; }

    /// <summary>What stands around the messages that subscribers get.</summary>
    public required Framing Framing { get; init; }

    /// <summary>What a subscriber of a topic asks for: the request's target; nothing where the protocol has no request.</summary>
    public Func<int, string>? Target { get; init; }

    /// <summary>The type that an HTTP subscriber asks for.</summary>
    public string Accept { get; init; } = "text/event-stream";

    /// <summary>What a subscriber sends once it is accepted.</summary>
    public IReadOnlyList<Func<int, string>> Opening { get; init; } = [];

    /// <summary>Turns messages into what a publisher sends: by default into text messages that are nothing but the payload.</summary>
    public Encoder Encoder { get; init; } = new EnvelopeEncoder((_, _) => ("", ""), Frame.Text);

    /// <summary>How many messages a flood publishes in one request, where the protocol stores each request before it answers.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Where the publisher connects, if not where subscribers do.</summary>
    public int? PublisherPort { get; init; }

    /// <summary>As <see cref="Framing"/>, for the publisher.</summary>
    public required Framing PublisherFraming { get; init; }

    /// <summary>As <see cref="Target"/>, for the publisher.</summary>
    public Func<int, string>? PublisherTarget { get; init; }

    /// <summary>The request that the publisher begins with, where that is neither a handshake nor a GET.</summary>
    public string? PublisherRequest { get; init; }

    /// <summary>What the publisher sends once it is accepted.</summary>
    public IReadOnlyList<string> PublisherOpening { get; init; } = [];

    /// <summary>Whether the publisher is a subscriber too, which gets its own messages back.</summary>
    public bool PublisherHears { get; init; }

    /// <summary>Whether a subscriber's connection can publish on its topic, and gets its own messages back.</summary>
    public bool SubscribersPublish { get; init; } = true;

    /// <summary>Whether messages to the server are binary.</summary>
    public bool Binary { get; init; }

    /// <summary>Subscribing and leaving again on an open connection, where the protocol knows that.</summary>
    public Membership? Membership { get; init; }

    /// <summary>The WebSocket subprotocol that the server asks for.</summary>
    public string? Subprotocol { get; init; }

    internal int Opcode => Binary ? 2 : Frame.Text;

    /// <summary>Connects a subscriber, which sends what it has to as soon as it is accepted.</summary>
    internal Subscriber Subscribe(int topic, int receiveBuffer = 0)
    {
        var opening = new Outbox();
        foreach (var message in Opening)
            Append(opening, Framing, message(topic));
        return Start(new Subscriber(Sockets.Connect(Port, receiveBuffer), Framing, topic, opening.Written.ToArray()), Request(Framing, Target?.Invoke(topic)));
    }

    /// <summary>Connects a publisher of a topic.</summary>
    internal Connection Publish(int topic)
    {
        if (PublisherHears)
            return Subscribe(topic);
        var opening = new Outbox();
        foreach (string message in PublisherOpening)
            Append(opening, PublisherFraming, message);
        var publisher = new Publisher(Sockets.Connect(PublisherPort ?? Port), PublisherFraming, opening.Written.ToArray());
        return Start(publisher, PublisherRequest ?? Request(PublisherFraming, PublisherTarget?.Invoke(topic)));
    }

    /// <summary>Connects a client that subscribes and leaves.</summary>
    internal Member Join(Membership membership, int topic)
    {
        var opening = new Outbox();
        foreach (string message in membership.Opening)
            Append(opening, Framing, message);
        return Start(new Member(Sockets.Connect(Port), this, membership, topic, opening.Written.ToArray()), Request(Framing, membership.Target));
    }

    /// <summary>Adds a message of a client's, framed as the server wants it.</summary>
    internal void Append(Outbox to, string message) => Append(to, Framing, message);

    void Append(Outbox to, Framing framing, string message)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(message);
        if (framing != Framing.WebSocket)
        {
            to.Append(bytes);
            return;
        }

        int room = bytes.Length + Frame.Overhead;
        to.Shorten(room - Frame.Write(to.Extend(room), Opcode, bytes));
    }

    static TConnection Start<TConnection>(TConnection connection, string? request)
        where TConnection : Connection
    {
        connection.Begin(Encoding.ASCII.GetBytes(request ?? ""));
        return connection;
    }

    string? Request(Framing framing, string? target) =>
        target is null ? null : framing == Framing.WebSocket ? Handshake(target) : Get(target);

    string Handshake(string target) =>
        $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{(Subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {Subprotocol}\r\n")}\r\n";

    string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nAccept: {Accept}\r\n\r\n";
}
