using System.Diagnostics;
using Gateway.Core.Storage;

namespace Gateway.Core.Tests.Storage;

/// <summary>
/// A process that opens damaged copies of a store and says what came of each. In a process of its own, since LiteDB holds
/// buffers that all stores share, and does not give them back when it fails.
/// </summary>
static class DamagedStores
{
    const int PageSize = 8192;

    public sealed record Thing(string Name, int Size);

    public static ProcessStartInfo Command(string folder) =>
        new("dotnet", [typeof(DamagedStores).Assembly.Location, "damage", folder]) { RedirectStandardOutput = true };

    public static async Task OpenAllAsync(string folder)
    {
        var path = Path.Combine(folder, "store.db");
        using (var store = new LiteDocumentStore(path))
        {
            var things = store.Collection<Thing>("things");
            for (var n = 0; n < 20; n++)
                await things.InsertAsync($"{n}", Document(n));
        }
        var good = File.ReadAllBytes(path);
        for (var seed = 0; seed < 100; seed++)
            Console.WriteLine(await OpenAsync(Path.Combine(folder, $"{seed}.db"), Damage(good, new Random(seed))));
        Console.WriteLine(await OpenAsync(path, good));

        // A database that could not be read must not end the process when it is collected.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine("end");
    }

    static Thing Document(int number) => new(new string('n', number % 5 * 4000), number);

    static byte[] Damage(byte[] good, Random random)
    {
        var bytes = (byte[])good.Clone();
        var page = random.Next(bytes.Length / PageSize) * PageSize;
        for (var n = random.Next(1, 20); n > 0; n--)
            bytes[page + random.Next(random.Next(2) == 0 ? 96 : PageSize)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>"refused" or "read"; anything else is wrong.</summary>
    static async Task<string> OpenAsync(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using var store = new LiteDocumentStore(path);
            var things = store.Collection<Thing>("things");
            var altered = things.List(null, 100).Where(entry => entry.Value != Document(int.Parse(entry.Key))).ToList();
            await things.InsertAsync("new", new Thing("n", 1));
            return altered.Count == 0 ? "read" : $"{path}: altered";
        }
        catch (DocumentStoreException fault) when (fault.Message.StartsWith(path, StringComparison.Ordinal))
        {
            return "refused";
        }
        catch (Exception fault)
        {
            return $"{path}: {fault}";
        }
    }
}
