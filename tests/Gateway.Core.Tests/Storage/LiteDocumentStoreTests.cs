using System.Diagnostics;
using System.Runtime.Versioning;
using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Storage;

public sealed class LiteDocumentStoreTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string File => Path.Combine(_folder.Path, "store.db");

    public void Dispose() => _folder.Dispose();

    sealed record Thing(string Name, int Size);

    async Task<T> WithAsync<T>(Func<IDocuments<Thing>, Task<T>> use)
    {
        using var store = new LiteDocumentStore(File);
        return await use(store.Collection<Thing>("things"));
    }

    [Fact]
    public async Task What_is_inserted_is_there_at_once_and_after_opening_again()
    {
        var thing = new Thing("a", 1);

        Assert.True(await WithAsync(async things => await things.InsertAsync("k", thing) && things.Find("k") == thing && things.Count == 1));
        Assert.Equal(thing, await WithAsync(things => Task.FromResult(things.Find("k"))));
    }

    [Fact]
    public async Task A_write_has_gone_from_the_log_to_the_data_when_it_returns()
    {
        await WithAsync(async things =>
        {
            await things.InsertAsync("k", new Thing(new string('n', 40_000), 1));
            Assert.InRange(new FileInfo(File).Length, 40_000, long.MaxValue);
            Assert.Equal(0, new FileInfo(Path.Combine(_folder.Path, "store-log.db")).Length);
            return true;
        });
    }

    [Fact]
    public async Task An_insert_never_replaces()
    {
        Assert.False(await WithAsync(async things =>
        {
            await things.InsertAsync("k", new Thing("first", 1));
            return await things.InsertAsync("k", new Thing("second", 2));
        }));
        Assert.Equal("first", await WithAsync(things => Task.FromResult(things.Find("k")!.Name)));
    }

    [Fact]
    public async Task Of_a_hundred_inserts_of_one_key_one_succeeds()
    {
        var inserted = await WithAsync(things =>
            Task.WhenAll(Enumerable.Range(0, 100).Select(n => things.InsertAsync("k", new Thing("n", n)))));

        Assert.Single(inserted, done => done);
    }

    [Fact]
    public async Task Updates_go_one_after_the_other()
    {
        var size = await WithAsync(async things =>
        {
            await things.InsertAsync("k", new Thing("n", 0));
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => things.UpdateAsync("k", old => old with { Size = old.Size + 1 })));
            return things.Find("k")!.Size;
        });

        Assert.Equal(20, size);
        Assert.Equal(20, await WithAsync(things => Task.FromResult(things.Find("k")!.Size)));
    }

    [Fact]
    public async Task What_is_not_there_is_neither_updated_nor_deleted()
    {
        Assert.True(await WithAsync(async things =>
            await things.UpdateAsync("k", old => old) == null && !await things.DeleteAsync("k") && things.Find("k") == null));
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing_and_the_store_goes_on()
    {
        await WithAsync(async things =>
        {
            await things.InsertAsync("k", new Thing("n", 1));
            await Assert.ThrowsAsync<FormatException>(() => things.UpdateAsync("k", _ => throw new FormatException()));
            Assert.Equal(1, things.Find("k")!.Size);
            return await things.DeleteAsync("k");
        });
        Assert.Equal(0, await WithAsync(things => Task.FromResult(things.Count)));
    }

    [Fact]
    public async Task Keys_are_kept_apart_as_they_are_however_long()
    {
        string[] keys = ["", "a", "A", "á", "a\u0301", " a", "a\0", new('x', 40_000), new('x', 40_001), "$id", "😀"];

        await WithAsync(async things =>
        {
            foreach (var key in keys)
                Assert.True(await things.InsertAsync(key, new Thing(key, key.Length)));
            return true;
        });

        Assert.Equal(keys.Order(StringComparer.Ordinal), await WithAsync(things => Task.FromResult(things.List(null, 100).Select(entry => entry.Key))));
        Assert.All(keys, key => Assert.Equal(key, WithAsync(things => Task.FromResult(things.Find(key)!.Name)).Result));
    }

    [Fact]
    public async Task A_key_with_half_a_character_is_refused()
    {
        await WithAsync(things => Assert.ThrowsAnyAsync<ArgumentException>(() => things.InsertAsync("\ud83d", new Thing("n", 1))));
    }

    [Fact]
    public async Task Pages_go_through_all_keys_in_their_order()
    {
        await WithAsync(async things =>
        {
            foreach (var key in new[] { "d", "b", "a", "c", "e" })
                await things.InsertAsync(key, new Thing(key, 0));
            Assert.Equal(["a", "b"], Keys(things.List(null, 2)));
            await things.DeleteAsync("b");
            Assert.Equal(["c", "d"], Keys(things.List("b", 2)));
            Assert.Equal(["e"], Keys(things.List("d", 2)));
            Assert.Empty(things.List("e", 2));
            Assert.Empty(things.List(null, 0));
            return true;
        });

        static IEnumerable<string> Keys(IReadOnlyList<KeyValuePair<string, Thing>> page) => page.Select(entry => entry.Key);
    }

    [Fact]
    public async Task Collections_are_independent()
    {
        using var store = new LiteDocumentStore(File);
        await store.Collection<Thing>("things").InsertAsync("k", new Thing("n", 1));

        Assert.Null(store.Collection<string>("texts").Find("k"));
        Assert.Same(store.Collection<Thing>("things"), store.Collection<Thing>("things"));
        Assert.Throws<InvalidOperationException>(() => store.Collection<string>("things"));
        Assert.Throws<ArgumentException>(() => store.Collection<Thing>("no good"));
    }

    [Fact]
    public async Task A_document_of_another_shape_is_reported_with_the_path_and_without_its_content()
    {
        using (var store = new LiteDocumentStore(File))
            await store.Collection<string>("things").InsertAsync("k", "private");

        using var again = new LiteDocumentStore(File);
        var fault = Assert.Throws<DocumentStoreException>(() => again.Collection<Thing>("things"));
        Assert.StartsWith(File, fault.Message);
        Assert.DoesNotContain("private", fault.ToString());
    }

    [Fact]
    public void A_file_in_use_is_reported_with_its_path_and_can_be_opened_later()
    {
        using (new LiteDocumentStore(File))
            Assert.StartsWith(File, Assert.Throws<DocumentStoreException>(() => new LiteDocumentStore(File)).Message);
        new LiteDocumentStore(File).Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(16384)]
    public void A_file_that_is_none_of_the_stores_is_reported_with_its_path_and_left_as_it_is(int length)
    {
        var text = new string('x', length);
        System.IO.File.WriteAllText(File, text);

        Assert.StartsWith(File, Assert.Throws<DocumentStoreException>(() => new LiteDocumentStore(File)).Message);
        Assert.StartsWith(File, Assert.Throws<DocumentStoreException>(() => new LiteDocumentStore(File)).Message);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task A_damaged_file_is_opened_again_once_it_has_been_replaced()
    {
        await WithAsync(things => things.InsertAsync("k", new Thing("n", 1)));
        var good = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllText(File, "not that");
        Assert.Throws<DocumentStoreException>(() => new LiteDocumentStore(File));
        System.IO.File.WriteAllBytes(File, good);

        Assert.Equal("n", await WithAsync(things => Task.FromResult(things.Find("k")!.Name)));
    }

    [Fact]
    public async Task However_a_file_is_damaged_it_is_refused_or_what_is_read_is_what_was_written()
    {
        using var process = Process.Start(DamagedStores.Command(_folder.Path))!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal("end", lines[^1]);
        Assert.Empty(lines[..^1].Except(["read", "refused"]));
        Assert.InRange(lines.Count(line => line == "refused"), 20, 100);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_reported_with_the_path()
    {
        var path = Path.Combine(_folder.Path, "none", "store.db");

        Assert.StartsWith(path, Assert.Throws<DocumentStoreException>(() => new LiteDocumentStore(path)).Message);
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_may_read_the_files()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await WithAsync(things => things.InsertAsync("k", new Thing("n", 1)));

        Assert.All(Directory.GetFiles(_folder.Path), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task After_it_is_closed_nothing_is_written_any_more()
    {
        var store = new LiteDocumentStore(File);
        var things = store.Collection<Thing>("things");
        store.Dispose();
        store.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => things.InsertAsync("k", new Thing("n", 1)));
        Assert.Null(things.Find("k"));
    }
}
