using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Gateway.Modules.Router.Protocol;

namespace Gateway.Modules.Router.Tests;

/// <summary>JSON as the protocol sees it.</summary>
public class JsonValueTests
{
    [Theory]
    [InlineData("1", "1.0", true)]
    [InlineData("1", "true", true)]
    [InlineData("0", "false", true)]
    [InlineData("1", "\"1\"", false)]
    [InlineData("1e2", "100", true)]
    [InlineData("-0", "0", true)]
    [InlineData("-0.0", "0", true)]
    [InlineData("0.5", "5e-1", true)]
    [InlineData("12345678901234567890", "12345678901234567891", false)]
    [InlineData("null", "false", false)]
    [InlineData("\"null\"", "null", false)]
    [InlineData("\"\\u0061\"", "\"a\"", true)]
    [InlineData("\"\\ud800\"", "\"\\ud800\"", true)]
    [InlineData("[1,{\"a\":true}]", "[1.0,{\"a\":1}]", true)]
    [InlineData("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true)]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}", true)]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":1}", false)]
    [InlineData("[]", "{}", false)]
    [InlineData("[]", "null", false)]
    public void Values_are_equal_as_in_the_original(string a, string b, bool equal)
    {
        Assert.Equal(equal, JsonValue.AreEqual(Parse(a), Parse(b)));
        Assert.Equal(equal, JsonValue.AreEqual(Parse(b), Parse(a)));
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("true", 1.0)]
    [InlineData("\" -2 \"", -2.0)]
    [InlineData("\"1e3\"", 1000.0)]
    [InlineData("\"inf\"", double.PositiveInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("\"nan\"", double.NaN)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("\"\"", null)]
    [InlineData("\"x\"", null)]
    [InlineData("\"1x\"", null)]
    [InlineData("\"--1\"", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    public void Numbers_may_be_texts(string json, double? number) => Assert.Equal(number, JsonValue.NumberOf(Parse(json)));

    [Property(MaxTest = 2000)]
    public void Whatever_bytes_come_they_are_read_or_refused(byte[] bytes, bool isJson)
    {
        byte[] input = isJson ? JsonSerializer.SerializeToUtf8Bytes(bytes) : bytes;
        if (JsonValue.TryParse(input, out var value))
        {
            Assert.True(JsonValue.AreEqual(value, value));
            Assert.Equal(JsonValue.KeyOf(value), JsonValue.KeyOf(value));
        }
        JsonEncoding.ToUtf8(input);
    }

    [Property]
    public void A_text_comes_back_from_every_encoding(string text)
    {
        byte[] utf8 = JsonSerializer.SerializeToUtf8Bytes(text ?? "");
        string json = Encoding.UTF8.GetString(utf8);
        foreach (var encoding in new Encoding[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            Assert.Equal(utf8, JsonEncoding.ToUtf8(encoding.GetBytes(json))!.Value.ToArray());
    }

    [Theory]
    [InlineData("2026-04-21T12:00:00Z", "2026-04-21T12:00:00+00:00")]
    [InlineData("2026-04-21 12:00", "2026-04-21T12:00:00")]
    [InlineData("2026-04-21", "2026-04-21T00:00:00")]
    [InlineData("2026-04-21T12:00:00.5+0200", "2026-04-21T12:00:00.500000+02:00")]
    [InlineData("2026-04-21T12:00:00.000000-05", "2026-04-21T12:00:00-05:00")]
    [InlineData("2026-02-30T12:00:00", null)]
    [InlineData("2026-04-21T25:00:00", null)]
    [InlineData("2026-04-21T12:00:00+24:00", null)]
    [InlineData("not-a-date", null)]
    [InlineData("", null)]
    [InlineData("2026-04-21T12:00:00Z\n", null)]
    public void A_time_is_written_with_its_offset(string given, string? written) => Assert.Equal(written, Timestamps.Normalize(given));

    static JsonElement Parse(string json)
    {
        Assert.True(JsonValue.TryParse(Encoding.UTF8.GetBytes(json), out var value));
        return value;
    }
}
