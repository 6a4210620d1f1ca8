using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Storage;

public class LiteDocumentStoreDiskTests
{
    const string NeverThere = "";

    readonly Random _random = new(4711);
    // What each key may hold: one text after a write that was answered, more after one that failed.
    readonly Dictionary<string, HashSet<string>> _expected = [];
    int _refused;

    [SkippableFact]
    public async Task A_full_disk_refuses_writes_without_holding_them_up_and_loses_none_that_was_answered()
    {
        using var disk = SmallDisk.TryMount(megabytes: 1);
        Skip.If(disk == null, SmallDisk.NotHere);
        for (int round = 0; round < 20; round++)
        {
            await Task.Run(() => WriteAsync(disk!)).WaitAsync(TimeSpan.FromMinutes(1));
            disk!.Clear();
        }
        Assert.NotEqual(0, _refused);
    }

    async Task WriteAsync(SmallDisk disk)
    {
        using var store = new LiteDocumentStore(Path.Combine(disk.Path, "store.db"));
        var texts = store.Collection<string>("texts");
        Assert.All(_expected, entry => Assert.Contains(texts.Find(entry.Key) ?? NeverThere, entry.Value));
        disk.Fill(butFor: _random.Next(60_000));
        for (int write = 0; write < 10; write++)
        {
            string key = $"k{_random.Next(20)}";
            string text = $"{_random.Next()} {new string('x', _random.Next(3000))}";
            if (await PutAsync(texts, key, text))
            {
                _expected[key] = [text];
                continue;
            }
            _refused++;
            _expected.TryAdd(key, [NeverThere]);
            _expected[key].Add(text);
        }
    }

    static async Task<bool> PutAsync(IDocuments<string> texts, string key, string text)
    {
        try
        {
            return await texts.UpdateAsync(key, _ => text) != null || await texts.InsertAsync(key, text);
        }
        catch (DocumentStoreException)
        {
            return false;
        }
    }
}
