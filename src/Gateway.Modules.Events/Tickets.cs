using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gateway.Core.Auth;
using Gateway.Core.Modules;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary>
/// Tickets for the stream: a URL that holds one opens one stream within a minute, for a browser's EventSource, which cannot
/// send a token in a header, and whose URL may end up in logs. Kept in memory only. Thread-safe.
/// </summary>
sealed class Tickets(TimeProvider time)
{
    const string Parameter = "ticket";
    const int MaxTickets = 100_000;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, (Identity Identity, DateTimeOffset Expires)> _tickets = new(StringComparer.Ordinal);

    long _sweepAt;

    public static bool IsPresented(HttpRequest request) => request.Query.ContainsKey(Parameter);

    /// <summary>Answers with a ticket for whoever asks: <c>{"ticket", "expires_in"}</c>, in seconds.</summary>
    public Task IssueAsync(HttpContext context)
    {
        Sweep();
        if (_tickets.Count >= MaxTickets)
            return Answers.Fault(StatusCodes.Status429TooManyRequests, "tickets_exhausted", "Too many tickets wait to be used.").With("Retry-After", "1").ExecuteAsync(context);
        string ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _tickets[ticket] = (context.Identity(), time.GetUtcNow() + Lifetime);
        context.Response.Headers.CacheControl = "no-store";
        return Answers.Json(writer =>
        {
            writer.WriteString("ticket", ticket);
            writer.WriteNumber("expires_in", (int)Lifetime.TotalSeconds);
        }).ExecuteAsync(context);
    }

    /// <summary>Whose ticket the request holds; null if it is not good. It is used up.</summary>
    public Identity? Redeem(HttpRequest request) =>
        request.Query[Parameter] is [{ } ticket] && _tickets.TryRemove(ticket, out var found) && found.Expires >= time.GetUtcNow() ? found.Identity : null;

    void Sweep()
    {
        var now = time.GetUtcNow();
        long due = Interlocked.Read(ref _sweepAt);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref _sweepAt, (now + SweepInterval).UtcTicks, due) != due)
            return;
        foreach (var (ticket, _) in _tickets.Where(entry => entry.Value.Expires < now))
            _tickets.TryRemove(ticket, out _);
    }
}
