using System.Buffers.Binary;
using System.Text;

namespace Gateway.Testing;

/// <summary>A message of Protocol Buffers, read as far as a test needs: its fields by number, in their order, without a schema.</summary>
sealed class ProtobufMessage
{
    readonly List<(int Field, ulong Number, byte[] Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ulong key = ReadNumber(ref message);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((field, ReadNumber(ref message), []));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message), []));
                    message = message[8..];
                    break;
                case 2:
                    int length = (int)ReadNumber(ref message);
                    _fields.Add((field, 0, message[..length].ToArray()));
                    message = message[length..];
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message), []));
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"Field {field} has the unknown type {key & 7}.");
            }
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => All(field).Select(found => new ProtobufMessage(found.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => All(field).LastOrDefault().Bytes ?? [];

    public ulong Number(int field) => All(field).LastOrDefault().Number;

    public bool Has(int field) => All(field).Any();

    IEnumerable<(int Field, ulong Number, byte[] Bytes)> All(int field) => _fields.Where(found => found.Field == field);

    static ulong ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
