using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class EventuallyTests
{
    [Fact]
    public async Task A_condition_is_asked_until_it_holds()
    {
        var asked = 0;

        await Eventually.BecomesTrueAsync(() => ++asked == 3, "the third time of asking");

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_condition_that_never_holds_is_named()
    {
        var fault = await Assert.ThrowsAsync<TimeoutException>(() =>
            Eventually.BecomesTrueAsync(() => false, "pigs to fly", TimeSpan.FromMilliseconds(50)));

        Assert.Equal("Waited 00:00:00.0500000 in vain for pigs to fly.", fault.Message);
    }

    [Fact]
    public async Task A_condition_that_hangs_is_given_up()
    {
        var never = new TaskCompletionSource<bool>();

        await Assert.ThrowsAsync<TimeoutException>(() =>
            Eventually.BecomesTrueAsync(() => never.Task, "an answer", TimeSpan.FromMilliseconds(50)));
    }
}
