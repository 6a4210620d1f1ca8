using Gateway.Core.Connections;
using Gateway.Core.Connections.WebSockets;

namespace Gateway.Core.Tests.Connections;

public class CloseReasonsTests
{
    [Theory]
    [InlineData(CloseReason.ClientClosed, "client_closed", 1000)]
    [InlineData(CloseReason.ClientGone, "client_gone", 1000)]
    [InlineData(CloseReason.Finished, "finished", 1000)]
    [InlineData(CloseReason.Draining, "draining", 1001)]
    [InlineData(CloseReason.ProtocolError, "protocol_error", 1002)]
    [InlineData(CloseReason.InvalidData, "invalid_data", 1007)]
    [InlineData(CloseReason.MessageTooLarge, "message_too_large", 1009)]
    [InlineData(CloseReason.PolicyViolation, "policy_violation", 1008)]
    [InlineData(CloseReason.SlowConsumer, "slow_consumer", 1013)]
    [InlineData(CloseReason.PingTimeout, "ping_timeout", 1011)]
    [InlineData(CloseReason.Kicked, "kicked", 1008)]
    [InlineData(CloseReason.InternalError, "internal_error", 1011)]
    public void A_reason_has_a_label_and_a_code(CloseReason reason, string label, int code)
    {
        Assert.Equal(label, reason.Label());
        Assert.Equal(code, reason.Code());
    }

    [Fact]
    public void Every_reason_has_a_label_of_its_own_a_code_for_the_wire_and_a_text_that_fits()
    {
        Assert.Equal(CloseReasons.All.Length, CloseReasons.All.Select(reason => reason.Label()).Distinct().Count());
        Assert.All(CloseReasons.All, reason =>
        {
            Assert.Matches("^[a-z]+(_[a-z]+)*$", reason.Label());
            Assert.True(WebSocketCloseCode.IsValidOnWire(reason.Code()));
            Assert.InRange(reason.Text().Length, 0, 123);
        });
    }
}
