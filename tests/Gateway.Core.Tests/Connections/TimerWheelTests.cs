using System.Collections.Concurrent;
using FsCheck.Xunit;
using Gateway.Core.Connections;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Core.Tests.Connections;

public class TimerWheelTests
{
    const int Tick = 100;
    const int Round = 512 * Tick;
    const long Start = 1_000_050;

    long _now = Start;

    [Property(MaxTest = 300)]
    public void An_entry_comes_once_never_early_and_at_most_two_ticks_late(int seed)
    {
        var random = new Random(seed);
        _now = Start + random.Next(1_000);
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bells = Enumerable.Range(0, 40).Select(_ => new Bell(() => _now)).ToArray();
        var due = new long?[bells.Length];
        for (var step = 0; step < 1_500; step++)
        {
            var i = random.Next(bells.Length);
            if (random.Next(3) == 0)
            {
                due[i] = _now + random.Next(-500, random.Next(2) == 0 ? 3_000 : 3 * Round);
                bells[i].RungAt.Clear();
                wheel.Set(bells[i], due[i]!.Value);
                due[i] = Math.Max(due[i]!.Value, _now);
            }
            _now += Tick;
            wheel.Turn();
            for (i = 0; i < bells.Length; i++)
                AssertRung(bells[i], due[i]);
        }
    }

    [Fact]
    public void Ten_thousand_entries_come_each_at_its_time()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bells = Enumerable.Range(0, 10_000).Select(_ => new Bell(() => _now)).ToArray();
        for (var i = 0; i < bells.Length; i++)
            wheel.Set(bells[i], Start + (i * 10));

        for (; _now < Start + 100_000 + (2 * Tick); _now += Tick)
            wheel.Turn();

        for (var i = 0; i < bells.Length; i++)
            Assert.InRange(Assert.Single(bells[i].RungAt), Start + (i * 10), Start + (i * 10) + (2 * Tick));
    }

    [Fact]
    public void An_entry_further_away_than_a_round_waits_for_its_round()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bell = new Bell(() => _now);
        wheel.Set(bell, Start + (2 * Round) + 1);

        for (; _now <= Start + (2 * Round); _now += Tick)
            wheel.Turn();
        Assert.Empty(bell.RungAt);
        _now += 2 * Tick;
        wheel.Turn();

        Assert.Single(bell.RungAt);
    }

    [Theory]
    [InlineData(5 * Tick)]
    [InlineData(Round)]
    [InlineData(7 * Round)]
    public void A_wheel_that_slept_makes_up_for_all_that_came_due(int sleep)
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bells = Enumerable.Range(0, 1_000).Select(_ => new Bell(() => _now)).ToArray();
        for (var i = 0; i < bells.Length; i++)
            wheel.Set(bells[i], Start + ((long)sleep * i / bells.Length));

        _now += sleep + Tick;
        wheel.Turn();

        Assert.All(bells, bell => Assert.Single(bell.RungAt));
    }

    [Fact]
    public void A_cancelled_entry_never_comes_even_if_it_is_set_again()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bell = new Bell(() => _now);
        wheel.Set(bell, Start + 200);
        wheel.Cancel(bell);
        wheel.Cancel(bell);
        wheel.Set(bell, Start + 300);

        _now += 1_000;
        wheel.Turn();

        Assert.Empty(bell.RungAt);
    }

    [Fact]
    public void Of_entries_that_come_due_together_one_may_cancel_or_put_off_another()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        Bell[] bells = [new(() => _now), new(() => _now), new(() => _now), new(() => _now)];
        foreach (var (bell, other) in new[] { (0, 1), (1, 0) })
            bells[bell].Ringing = () => wheel.Cancel(bells[other]);
        foreach (var (bell, other) in new[] { (2, 3), (3, 2) })
            bells[bell].Ringing = () => wheel.Set(bells[other], Start + 5_000);
        foreach (var bell in bells)
            wheel.Set(bell, Start + 100);

        _now += 300;
        wheel.Turn();
        Assert.Single(bells[..2], bell => bell.RungAt.Count == 1);
        Assert.Single(bells[2..], bell => bell.RungAt.Count == 1);

        _now += 10_000;
        wheel.Turn();
        Assert.Single(bells[..2], bell => bell.RungAt.Count == 1);
        Assert.All(bells[2..], bell => Assert.Single(bell.RungAt));
    }

    [Fact]
    public void An_entry_may_set_itself_again()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        var bell = new Bell(() => _now);
        bell.Ringing = () => wheel.Set(bell, _now + 500);
        wheel.Set(bell, Start + 500);

        for (; _now < Start + 10_000; _now += Tick)
            wheel.Turn();

        Assert.InRange(bell.RungAt.Count, 14, 19);
    }

    [Fact]
    public void An_entry_that_fails_keeps_no_other_from_coming()
    {
        using var wheel = new TimerWheel(() => _now, NullLogger<TimerWheel>.Instance);
        Bell[] bells = [new(() => _now), new(() => _now)];
        wheel.Set(bells[0], Start);
        wheel.Set(new Fault(), Start);
        wheel.Set(bells[1], Start);

        _now += 2 * Tick;
        wheel.Turn();

        Assert.All(bells, bell => Assert.Single(bell.RungAt));
    }

    [Fact]
    public async Task It_turns_by_itself()
    {
        using var wheel = new TimerWheel(NullLogger<TimerWheel>.Instance);
        var bells = Enumerable.Range(0, 1_000).Select(_ => new Bell(() => Environment.TickCount64)).ToArray();
        var due = bells.Select((_, i) => Environment.TickCount64 + (i % 700)).ToArray();
        for (var i = 0; i < bells.Length; i++)
            wheel.Set(bells[i], due[i]);

        await Eventually.BecomesTrueAsync(() => bells.All(bell => !bell.RungAt.IsEmpty), "all bells to ring");

        for (var i = 0; i < bells.Length; i++)
            Assert.InRange(Assert.Single(bells[i].RungAt), due[i], due[i] + 10_000);
    }

    void AssertRung(Bell bell, long? due)
    {
        if (due == null || _now < due)
            Assert.Empty(bell.RungAt);
        else if (_now >= due + (2 * Tick))
            Assert.InRange(Assert.Single(bell.RungAt), due.Value, due.Value + (2 * Tick));
    }

    sealed class Fault : TimerWheel.Entry
    {
        public override void OnDue() => throw new InvalidOperationException("A fault of this entry.");
    }

    sealed class Bell(Func<long> clock) : TimerWheel.Entry
    {
        public ConcurrentQueue<long> RungAt { get; } = new();

        public Action? Ringing { private get; set; }

        public override void OnDue()
        {
            RungAt.Enqueue(clock());
            Ringing?.Invoke();
        }
    }
}
