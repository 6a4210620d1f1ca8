using System.Security.Cryptography;
using System.Text;
using LiteDB;

namespace Gateway.Core.Storage;

/// <summary>
/// How a document lies in LiteDB. The identity is a hash of the key, as LiteDB takes no long keys, and compares no text as it
/// is; a hash of the content stands in for the checksums that LiteDB's pages lack.
/// </summary>
static class DocumentRow
{
    const string Key = "key";
    const string Document = "document";
    const string Hash = "hash";

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The key is no text, as it holds half a character.</exception>
    public static byte[] Id(string key) => SHA256.HashData(Strict.GetBytes(key));

    public static BsonDocument Create(string key, string document) =>
        new() { ["_id"] = Id(key), [Key] = key, [Document] = document, [Hash] = HashOf(key, document) };

    /// <exception cref="InvalidDataException">It is not as it was written.</exception>
    public static KeyValuePair<string, string> Read(BsonDocument row) =>
        row[Key] is { IsString: true, AsString: var key } && row[Document] is { IsString: true, AsString: var document }
        && row[Hash] is { IsBinary: true } hash && hash.AsBinary.AsSpan().SequenceEqual(HashOf(key, document))
            ? KeyValuePair.Create(key, document)
            : throw new InvalidDataException("a document is not as it was written");

    static byte[] HashOf(string key, string document) => SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\0{document}"));
}
