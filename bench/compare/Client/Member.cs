namespace Gateway.Compare.Client;

/// <summary>Subscribes to its topic and leaves it, over and over, each time after the answer.</summary>
sealed class Member(int descriptor, Dialect dialect, Membership membership, int topic, byte[] opening) : Connection(descriptor, dialect.Framing)
{
    bool _joined;

    /// <summary>Whether it goes on after the next answer.</summary>
    internal bool IsRunning { get; set; }

    /// <summary>How often it has subscribed and left.</summary>
    internal long Turns { get; private set; }

    /// <summary>Sends its first request.</summary>
    internal void Run()
    {
        IsRunning = true;
        Ask();
    }

    protected override void OnOpen()
    {
        Outbox.Append(opening);
        Flush();
    }

    protected override void OnPayload(ReadOnlySpan<byte> piece)
    {
        // What a server says at first is answered by nobody.
        if (!IsRunning || piece.IndexOf(_joined ? membership.Left : membership.Joined) < 0)
            return;
        if (_joined)
            Turns++;
        _joined = !_joined;
        Ask();
    }

    void Ask()
    {
        dialect.Append(Outbox, _joined ? membership.Leave(topic) : membership.Join(topic));
        Flush();
    }
}
