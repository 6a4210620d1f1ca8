using Gateway.Core.Tenants;

namespace Gateway.Core.Storage;

/// <summary>
/// What a log takes of its tenant's storage: each record counts when it is appended, and what the log takes altogether,
/// its snapshot included, when that is told. Calls go one after the other, as those to the log do.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="quota">The storage of the tenant whose it is.</param>
public sealed class LogQuota(RecordLog log, StorageQuota quota)
{
    long _counted;

    /// <summary>Appends a record if there is room for it.</summary>
    /// <returns>False, and nothing appended, if the tenant may not keep that much.</returns>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public bool TryAppend(ReadOnlySpan<byte> record)
    {
        if (!quota.TryTake(record.Length))
            return false;
        AppendCounted(record);
        return true;
    }

    /// <summary>Appends a record whether there is room or not, as one that deletes.</summary>
    /// <exception cref="LogUnavailableException">Nothing can be written at present.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        quota.Count(record.Length);
        AppendCounted(record);
    }

    /// <summary>Counts what the log takes on the disk, at its start and after a snapshot.</summary>
    public void CountStored()
    {
        long stored = log.StoredBytes;
        quota.Count(stored - _counted);
        _counted = stored;
    }

    void AppendCounted(ReadOnlySpan<byte> record)
    {
        try
        {
            log.Append(record);
        }
        catch
        {
            quota.Count(-record.Length);
            throw;
        }
        _counted += record.Length;
    }
}
