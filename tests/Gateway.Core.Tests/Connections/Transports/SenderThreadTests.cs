using Gateway.Core.Connections.Transports;

namespace Gateway.Core.Tests.Connections.Transports;

public sealed class SenderThreadTests : SenderLoopTests
{
    private protected override string ThreadName => "gateway-sender-0";

    private protected override SenderLoop Create() => new SenderThread(0);

    [Fact]
    public void Connections_are_dealt_out_to_the_loops_in_turn()
    {
        using var loops = SenderLoops.OfThreads(3);
        var dealt = Enumerable.Range(0, 300).Select(_ => loops.Next()).ToList();
        Assert.Equal([100, 100, 100], dealt.GroupBy(loop => loop.Index).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.All(dealt.Chunk(3), turn => Assert.Equal(3, turn.Distinct().Count()));
    }
}
