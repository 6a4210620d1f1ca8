using System.Net;

namespace Gateway.Core.Connections;

/// <summary>The latest endings, as many as fit, in memory only: a ring that costs what a counter costs. Thread-safe.</summary>
sealed class EndingLog
{
    public const int Capacity = 1000;

    readonly Lock _gate = new();
    readonly Ending?[] _ring = new Ending?[Capacity];
    long _last;

    /// <summary>The number of the latest; 0 before there is one.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
                return _last;
        }
    }

    public void AddClosed(ClientConnection connection, CloseReason reason) => Add(number => new(
        number, DateTimeOffset.UtcNow, "closed", connection.Tenant, connection.Module, connection.Id, connection.Address?.ToString(),
        reason.Label(), reason.Code(), null, connection.Age.TotalSeconds));

    public void AddRefused(string tenant, string module, IPAddress? address, string code, string? detail) => Add(number => new(
        number, DateTimeOffset.UtcNow, "refused", tenant, module, null, address?.ToString(), code, null, detail, null));

    /// <summary>Those behind a number, oldest first: the newest of them where there are more than <paramref name="limit"/>.</summary>
    public IReadOnlyList<Ending> After(long number, int limit)
    {
        lock (_gate)
        {
            long first = Math.Max(Math.Max(number, 0), _last - Math.Min(limit, Capacity)) + 1;
            var found = new List<Ending>();
            for (long i = first; i <= _last; i++)
                found.Add(_ring[i % Capacity]!);
            return found;
        }
    }

    void Add(Func<long, Ending> ending)
    {
        lock (_gate)
        {
            _last++;
            _ring[_last % Capacity] = ending(_last);
        }
    }
}
