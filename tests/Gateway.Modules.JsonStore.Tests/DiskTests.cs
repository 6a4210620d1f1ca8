using System.Diagnostics;
using Gateway.Testing;

namespace Gateway.Modules.JsonStore.Tests;

public class DiskTests
{
    [SkippableFact]
    public async Task A_full_disk_refuses_writes_and_reddens_readiness_while_reads_go_on_and_heals_by_itself()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await using var gateway = await GatewayFixture.StartAsync($$"""
            {
              "Urls": "http://127.0.0.1:0",
              "DataDirectory": "{{disk.Path}}",
              "Modules": { "JsonStore": {} }
            }
            """);
        await using var client = await WireClient.ConnectAsync(gateway.Address("JsonStore"));
        Assert.Equal(202, (await client.RequestAsync("PUT", "/json/kept?durable", "1")).Status);
        string ballast = Path.Combine(disk.Path, "ballast");
        Fill(ballast);

        HttpReply reply;
        int tries = 0;
        do
            reply = await client.RequestAsync("PUT", "/json/large?durable", $"\"{tries}{new string('x', 500_000)}\"");
        while (reply.Status == 202 && ++tries < 50);

        Assert.Equal(503, reply.Status);
        Assert.Contains("storage_unavailable", reply.Text, StringComparison.Ordinal);
        Assert.Equal(503, (await client.RequestAsync("PUT", "/json/small", "1")).Status);
        Assert.Equal("1", (await client.RequestAsync("GET", "/json/kept")).Text);
        var ready = await client.RequestAsync("GET", "/health/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("JsonStore/disk", ready.Text, StringComparison.Ordinal);

        File.Delete(ballast);
        await Eventually.BecomesTrueAsync(
            async () => (await client.RequestAsync("PUT", "/json/small?durable", "2")).Status == 202, "writes to be taken again");
        Assert.Equal(200, (await client.RequestAsync("GET", "/health/ready")).Status);
    }

    static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    /// <summary>A file system of its own in memory; skips the test where none can be mounted.</summary>
    sealed class SmallDisk : IDisposable
    {
        readonly TemporaryFolder _folder = new();

        public SmallDisk(int megabytes)
        {
            if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path) != 0)
            {
                _folder.Dispose();
                throw new SkipException("no file system can be mounted here");
            }
        }

        public string Path => _folder.Path;

        public void Dispose()
        {
            Run("umount", "--lazy", Path);
            _folder.Dispose();
        }

        static int Run(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                process.WaitForExit();
                return process.ExitCode;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return -1;
            }
        }
    }
}
