using System.Text;

namespace Gateway.Compare.Client;

/// <summary>All messages that are sent at once become one HTTP request.</summary>
/// <param name="head">The request's head by the length of its body.</param>
/// <param name="item">What stands before and after a message.</param>
/// <param name="around">What stands before the first message and after the last; a comma is between them.</param>
sealed class BatchEncoder(Func<int, string> head, (string Before, string After) item, (string Before, string After) around) : Encoder
{
    readonly Outbox _items = new();

    internal override void Complete(Outbox to)
    {
        if (_items.Length == 0)
            return;
        to.Append(Encoding.ASCII.GetBytes(head(around.Before.Length + _items.Length + around.After.Length) + around.Before));
        to.Append(_items.Written);
        to.Append(Encoding.ASCII.GetBytes(around.After));
        _items.Take(_items.Length);
    }

    protected override void Write(Outbox to, int topic, ReadOnlySpan<byte> message)
    {
        string comma = _items.Length > 0 ? "," : "";
        _items.Append(Encoding.ASCII.GetBytes(comma + item.Before));
        _items.Append(message);
        _items.Append(Encoding.ASCII.GetBytes(item.After));
    }
}
