using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Storage;

namespace Gateway.Core.Tests.Storage;

/// <summary>A process that writes to a store and says what is done, until it is killed, or kills itself.</summary>
static class StoreWriter
{
    /// <param name="path">The store.</param>
    /// <param name="first">The number to begin with.</param>
    /// <param name="last">The number with which it kills itself, as soon as that is inserted; 0 = none.</param>
    public static ProcessStartInfo Command(string path, int first, int last) =>
        new("dotnet", [typeof(StoreWriter).Assembly.Location, "write", path, $"{first}", $"{last}"])
        {
            RedirectStandardOutput = true,
        };

    /// <summary>The document that a number stands for: some of one page, some of several.</summary>
    public static string Text(int number) => new((char)('a' + number % 26), number % 7 * 3000);

    public static async Task WriteAsync(string[] args)
    {
        using var self = Process.GetCurrentProcess();
        using var store = new LiteDocumentStore(args[0]);
        var documents = store.Collection<string>("numbers");
        var last = int.Parse(args[2], CultureInfo.InvariantCulture);
        for (var number = int.Parse(args[1], CultureInfo.InvariantCulture); ; number++)
        {
            var key = number.ToString(CultureInfo.InvariantCulture);
            await documents.InsertAsync(key, Text(number));
            if (number == last)
                self.Kill();
            Console.WriteLine(key);
            if (number % 3 != 0)
                continue;
            await documents.DeleteAsync(key);
            Console.WriteLine($"-{key}");
        }
    }
}
