using FsCheck.Xunit;
using Gateway.Core.Configuration;

namespace Gateway.Core.Tests.Configuration;

public sealed class NearestNameTests
{
    static readonly string[] Known = ["PingInterval", "PongTimeout", "MaxMessageBytes", "Path"];

    [Theory]
    [InlineData("PingIntervall", "PingInterval")]
    [InlineData("PnigInterval", "PingInterval")]
    [InlineData("pingintervl", "PingInterval")]
    [InlineData("MaxMesageByte", "MaxMessageBytes")]
    [InlineData("Paht", "Path")]
    public void A_slip_of_the_keyboard_is_recognised(string typed, string meant) =>
        Assert.Equal(meant, NearestName.Of(typed, Known));

    [Theory]
    [InlineData("Colour")]
    [InlineData("")]
    [InlineData("PingTimeoutSeconds")]
    public void Another_word_is_near_to_none(string typed) => Assert.Null(NearestName.Of(typed, Known));

    [Property]
    public bool A_name_is_nearest_to_itself(int index)
    {
        var name = Known[(index & int.MaxValue) % Known.Length];
        return NearestName.Of(name, Known) == name;
    }

    [Property]
    public bool A_name_that_misses_one_character_is_still_recognised(int index, int missing)
    {
        var name = Known[(index & int.MaxValue) % Known.Length];
        return NearestName.Of(name.Remove((missing & int.MaxValue) % name.Length, 1), Known) == name;
    }
}
