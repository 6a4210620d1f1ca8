using System.Text;
using Gateway.Modules.Router.Sessions;
using Gateway.Modules.Router.Topics;

namespace Gateway.Modules.Router.Tests;

/// <summary>A service that never uses a key twice costs its subscribers no more than so many.</summary>
public sealed class KeyLimitTests
{
    [Fact]
    public void The_order_of_the_oldest_key_is_forgotten()
    {
        var order = new OrderFilter();
        for (int i = 0; i < OrderFilter.MaxKeys; i++)
            Assert.True(order.Accept(5, $"{i}"));
        Assert.False(order.Accept(4, "0"));

        Assert.True(order.Accept(5, "one more"));

        Assert.True(order.Accept(4, "0"));
        Assert.False(order.Accept(4, "2"));
    }

    [Fact]
    public void What_the_oldest_key_put_off_is_sent()
    {
        var sent = new List<TopicMessage>();
        using var throttle = new Throttle(new Lock(), sent.Add, TimeProvider.System);
        var message = TopicMessage.Read(Encoding.UTF8.GetBytes("""{"subscription":"a.b","data":1}"""), 0, out _)!;
        for (int i = 0; i < Throttle.MaxKeys; i++)
            Assert.True(throttle.Accept(message, 3600, $"{i}"));
        Assert.False(throttle.Accept(message, 3600, "0"));
        Assert.Empty(sent);

        Assert.True(throttle.Accept(message, 3600, "one more"));

        Assert.Same(message, Assert.Single(sent));
        Assert.False(throttle.Accept(message, 3600, "1"));
    }
}
