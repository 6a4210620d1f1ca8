namespace Gateway.Core.Connections;

/// <summary>
/// Looks after one connection from the timer wheel. While it is open, the client is pinged at an interval, and the
/// connection ends when, after a ping, nothing at all has come from the client in time: any byte is a sign of life, and
/// so is that it reads on after a stall; while it is not listened to, it cannot give one. It also ends when the client's token does. When it is ending and does not end,
/// the transport is cut.
/// </summary>
sealed class Heartbeat(ClientConnection connection, Frame? ping, WebSocketSettings settings, TimerWheel wheel) : TimerWheel.Entry
{
    // Twice what the client has for its goodbye: it is the module's handler that did not come to an end.
    static readonly long EndingTime = (long)(2 * ConnectionSettings.GoodbyeTime).TotalMilliseconds;

    // The clock may be set: a token's end is looked at anew this often.
    static readonly long ExpiryCheck = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    readonly long _interval = ping == null ? 0 : (long)settings.PingInterval.TotalMilliseconds;
    readonly long _timeout = (long)settings.PongTimeout.TotalMilliseconds;
    long _nextPingAt = long.MaxValue;
    long _unansweredSince;
    long _cutAt = long.MaxValue;

    bool IsAwaitingSign => _timeout != 0 && _unansweredSince != 0;

    /// <summary>Begins to look after the connection.</summary>
    public void Start()
    {
        long now = Environment.TickCount64;
        if (_interval != 0)
            _nextPingAt = now + _interval;
        SetNext(now);
    }

    /// <summary>The connection has begun to end.</summary>
    public void Ending()
    {
        long cutAt = Environment.TickCount64 + EndingTime;
        Volatile.Write(ref _cutAt, cutAt);
        wheel.Set(this, cutAt);
    }

    /// <summary>The client has shown another token, which may end at another time.</summary>
    public void Reconsider()
    {
        wheel.Set(this, Environment.TickCount64);
        // It may have begun to end meanwhile, and that moment must not be put off.
        if (connection.Ending != null)
            Ending();
    }

    public override void OnDue()
    {
        long now = Environment.TickCount64;
        if (connection.Ending == null)
            Beat(now);
        else if (now >= Volatile.Read(ref _cutAt))
            connection.Abort();
    }

    void Beat(long now)
    {
        if (connection.LastHeardAt >= _unansweredSince)
            _unansweredSince = 0;
        else if (connection.IsHeld)
            _unansweredSince = now;
        if (connection.Expires <= DateTimeOffset.UtcNow)
        {
            connection.Close(CloseReason.TokenExpired);
            return;
        }
        if (IsAwaitingSign && now - _unansweredSince >= _timeout)
        {
            connection.Close(CloseReason.PingTimeout, $"no answer to a ping within {settings.PongTimeout.TotalSeconds:0.###} s");
            return;
        }
        if (now >= _nextPingAt)
            Ping(now);
        SetNext(now);
        // It may have begun to end meanwhile, and that moment must not be put off.
        if (connection.Ending != null)
            Ending();
    }

    void Ping(long now)
    {
        if (connection.HasLeftUnheard)
        {
            connection.Abort();
            return;
        }
        connection.Send(ping!);
        _nextPingAt = now + _interval;
        if (_unansweredSince == 0)
            _unansweredSince = now;
    }

    void SetNext(long now)
    {
        long next = _nextPingAt;
        if (IsAwaitingSign)
            next = Math.Min(next, _unansweredSince + _timeout);
        if (connection.Expires is { } expires)
            next = Math.Min(next, now + (long)Math.Clamp((expires - DateTimeOffset.UtcNow).TotalMilliseconds, 0, ExpiryCheck));
        if (next != long.MaxValue)
            wheel.Set(this, next);
    }
}
