using Gateway.Core.Storage;
using Gateway.Testing;

namespace Gateway.Core.Tests.Storage;

public sealed class SyncedFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly SyncedFile _log;
    readonly SyncedFile _data;

    public SyncedFileTests()
    {
        _log = new SyncedFile(Path.Combine(_folder.Path, "log"));
        _data = new SyncedFile(Path.Combine(_folder.Path, "data"), _log);
    }

    public void Dispose()
    {
        _data.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_log_is_on_the_disk_before_the_data_is_written()
    {
        _log.Write([1], 0, 1);
        _log.Flush();
        Assert.True(_log.IsDirty);

        _data.Write([1], 0, 1);

        Assert.False(_log.IsDirty);
        Assert.True(_data.IsDirty);
    }

    [Fact]
    public void A_flush_brings_the_data_to_the_disk()
    {
        _data.Write([1], 0, 1);

        _data.Flush();

        Assert.False(_data.IsDirty);
    }

    [Fact]
    public void A_new_length_is_on_the_disk_at_once()
    {
        _log.Write([1], 0, 1);

        _log.SetLength(0);

        Assert.False(_log.IsDirty);
    }
}
