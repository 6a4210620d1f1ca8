using System.Text;

namespace Gateway.Modules.JsonStore.Tests;

/// <summary>A document as simple as can be: every change copies all of it.</summary>
public abstract record NaiveJson
{
    public abstract int Height { get; }

    public abstract string Text();

    public static NaiveJson Of(string[] names, NaiveJson[] values) =>
        new Members(new(names.Zip(values).DistinctBy(member => member.First).ToDictionary(member => member.First, member => member.Second)));

    public static NaiveJson Put(NaiveJson? document, string[] path, NaiveJson value)
    {
        if (path.Length == 0)
            return value;
        var members = document is Members before ? new Dictionary<string, NaiveJson>(before.Values) : [];
        members[path[0]] = Put(members.GetValueOrDefault(path[0]), path[1..], value);
        return new Members(members);
    }

    public static NaiveJson Delete(NaiveJson document, string[] path)
    {
        if (path.Length == 0)
            return new Scalar("null");
        if (document is not Members before || !before.Values.TryGetValue(path[0], out var child))
            return document;
        var members = new Dictionary<string, NaiveJson>(before.Values);
        if (path.Length == 1)
            members.Remove(path[0]);
        else
            members[path[0]] = Delete(child, path[1..]);
        return new Members(members);
    }

    public sealed record Scalar(string Json) : NaiveJson
    {
        public override int Height => 0;

        public override string Text() => Json;
    }

    public sealed record Items(NaiveJson[] Values) : NaiveJson
    {
        public override int Height => 1 + Values.Select(value => value.Height).DefaultIfEmpty().Max();

        public override string Text() => $"[{string.Join(',', Values.Select(value => value.Text()))}]";
    }

    public sealed record Members(Dictionary<string, NaiveJson> Values) : NaiveJson
    {
        public override int Height => 1 + Values.Values.Select(value => value.Height).DefaultIfEmpty().Max();

        // UTF-32 sorts by code point.
        public override string Text() => $"{{{string.Join(',', Values
            .OrderBy(member => Encoding.UTF32.GetBytes(member.Key).Chunk(4).Select(unit => BitConverter.ToUInt32(unit)), Comparer<IEnumerable<uint>>.Create(Compare))
            .Select(member => $"{Quote(member.Key)}:{member.Value.Text()}"))}}}";

        static int Compare(IEnumerable<uint> left, IEnumerable<uint> right)
        {
            foreach (var (l, r) in left.Zip(right))
            {
                if (l != r)
                    return l.CompareTo(r);
            }
            return left.Count().CompareTo(right.Count());
        }

        static string Quote(string name) => $"\"{name.Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
    }
}
