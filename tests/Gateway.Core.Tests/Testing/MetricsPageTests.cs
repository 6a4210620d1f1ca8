using Gateway.Testing;

namespace Gateway.Core.Tests.Testing;

public class MetricsPageTests
{
    static readonly MetricsPage Page = MetricsPage.Parse(
        """
        # TYPE gateway_connections gauge
        gateway_connections{module="Channels",kind="websocket"} 3
        gateway_connections{module="Channels",kind="sse"} 4 1700000000000
        gateway_connections{module="Events",kind="sse"} 10
        gateway_connections_total 99
        gateway_seconds_bucket{le="+Inf"} 1.5e3 # {trace_id="a"} 0.2
        gateway_odd{text="a \"quoted\" }, \\ and\nbroken",} -0.25
        gateway_limit +Inf

        # EOF
        """);

    [Fact]
    public void A_sum_is_over_the_samples_that_carry_all_the_labels()
    {
        Assert.Equal(17, Page.Sum("gateway_connections"));
        Assert.Equal(7, Page.Sum("gateway_connections", ("module", "Channels")));
        Assert.Equal(4, Page.Sum("gateway_connections", ("module", "Channels"), ("kind", "sse")));
    }

    [Fact]
    public void What_is_not_there_sums_up_to_nothing()
    {
        Assert.Equal(0, Page.Sum("gateway"));
        Assert.Equal(0, Page.Sum("gateway_connections", ("module", "Router")));
    }

    [Fact]
    public void Values_and_labels_are_read_as_the_format_writes_them()
    {
        Assert.Equal(1500, Page.Sum("gateway_seconds_bucket", ("le", "+Inf")));
        Assert.Equal(-0.25, Page.Sum("gateway_odd", ("text", "a \"quoted\" }, \\ and\nbroken")));
        Assert.Equal(double.PositiveInfinity, Page.Sum("gateway_limit"));
    }

    [Fact]
    public void A_line_that_is_no_sample_is_quoted_in_the_fault()
    {
        var fault = Assert.Throws<FormatException>(() => MetricsPage.Parse("gateway_up 1\n<html>\n"));

        Assert.Contains("<html>", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_fetched_from_its_address_or_by_a_client()
    {
        const string Reply = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\ngateway_up 1\n";
        await using var first = ScriptedServer.Sending(Reply);
        await using var second = ScriptedServer.Sending(Reply);
        using var client = new HttpClient { BaseAddress = second.Address };

        Assert.Equal(1, (await Metrics.GetAsync(new Uri(first.Address, "/metrics"))).Sum("gateway_up"));
        Assert.Equal(1, (await Metrics.GetAsync(client)).Sum("gateway_up"));
    }
}
