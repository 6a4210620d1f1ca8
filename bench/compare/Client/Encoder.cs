namespace Gateway.Compare.Client;

/// <summary>Turns messages into what a publisher sends.</summary>
abstract class Encoder
{
    byte[] _message = [];

    /// <summary>Adds a message to what is to be sent.</summary>
    internal void Publish(Outbox to, int topic, long number, int size)
    {
        if (_message.Length != size)
        {
            _message = new byte[size];
            _message.AsSpan().Fill((byte)'.');
        }

        Mark.Write(_message, topic, number);
        Write(to, topic, _message);
    }

    /// <summary>Ends what was added since the last time, before it is sent.</summary>
    internal virtual void Complete(Outbox to)
    {
    }

    protected abstract void Write(Outbox to, int topic, ReadOnlySpan<byte> message);
}
