using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Core.Auth;
using Gateway.Core.Auth.Tickets;
using Microsoft.AspNetCore.Http;

namespace Gateway.Core.Tests.Auth.Tickets;

public sealed class TicketSchemeTests : IAsyncLifetime
{
    readonly SchemeBuilder _builder = new(new TicketSchemeType(), "unused");
    TicketServer _server = null!;

    public async Task InitializeAsync() => _server = await TicketServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    IAuthScheme Build(string fields = """["session_id"]""", string userInfo = "", string timeout = "00:00:30", string? secret = null) => _builder.Build(
        $$"""{"Type":"Ticket",{{(secret == null ? "" : $"\"SigningSecret\":\"{secret}\",")}}"Url":"http://{{userInfo}}127.0.0.1:{{_server.Port}}/auth?app=1","Fields":{{fields}},"Timeout":"{{timeout}}"}""");

    static async Task<AuthResult> AuthenticateAsync(IAuthScheme scheme, string? token, string? ticket = null)
    {
        var credentials = new Credentials(token, IPAddress.Loopback) { Ticket = ticket == null ? null : JsonElement.Parse(ticket) };
        return await scheme.AuthenticateAsync(credentials, CancellationToken.None);
    }

    async Task<AuthResult> AnswerAsync(string json, string fields = """["session_id"]""")
    {
        _server.AnswerJson(json);
        return await AuthenticateAsync(Build(fields), "T");
    }

    static void AssertUnavailable(string reason, AuthResult result)
    {
        Assert.Equal(AuthFault.Unavailable.Code, result.Fault?.Code);
        Assert.Contains(reason, result.Fault!.Reason);
    }

    [Fact]
    public async Task The_ticket_is_exchanged_for_exactly_the_configured_fields()
    {
        var identity = (await AnswerAsync("""{"status":"ok","session_id":"s1","foo":"bar","user_id":7}""", """["session_id","user_id"]""")).Identity!;

        var request = Assert.Single(_server.Requests);
        Assert.Equal(("POST", "/auth?app=1", "application/json", null, """{"ticket":"T"}"""),
            (request.Method, request.Path, request.ContentType, request.Authorization, request.Body));
        Assert.Equal([("session_id", "s1", ClaimValueTypes.String), ("user_id", "7", TicketClaim.Json)],
            identity.Principal.Claims.Select(claim => (claim.Type, claim.Value, claim.ValueType)));
        Assert.Equal(("scheme", null, null), (identity.Scheme, identity.Subject, identity.Expires));
        Assert.Same(Grants.Everything, identity.Grants);
        Assert.Equal(TokenHash.Of("T"), identity.TokenHash);
    }

    [Fact]
    public async Task The_request_is_signed_with_a_secret_and_not_without()
    {
        _server.AnswerJson("""{"status":"ok"}""");
        await AuthenticateAsync(Build("[]"), "ä");
        await AuthenticateAsync(Build("[]", secret: "s3cret"), "ä");

        var (unsigned, signed) = (_server.Requests.First(), _server.Requests.Last());
        Assert.Null(unsigned.Signature);
        string[] parts = signed.Signature!.Split(',');
        string time = parts[0]["t=".Length..];
        Assert.InRange(long.Parse(time, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.Equal("""{"ticket":"\u00E4"}""", signed.Body);
        Assert.Equal($"v1={Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes($"{time}.{signed.Body}")))}", parts[1]);
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("1.50")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("""{"a":[1,"ä"]}""")]
    public async Task A_field_is_any_JSON_and_comes_back_as_it_was(string value)
    {
        var identity = (await AnswerAsync($$"""{"status":"ok","session_id":{{value}}}""")).Identity!;

        Assert.Equal(value, TicketClaim.ToJson(Assert.Single(identity.Principal.Claims)).GetRawText());
    }

    [Theory]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("\"T\"")]
    [InlineData("""{"a":[1,"ä",null]}""")]
    [InlineData("\"\\ud83d\"")]
    public async Task A_ticket_is_any_JSON_and_is_sent_as_it_came(string ticket)
    {
        _server.AnswerJson("""{"status":"ok"}""");

        var identity = (await AuthenticateAsync(Build("[]"), "unused", ticket)).Identity!;

        Assert.Equal($$"""{"ticket":{{ticket}}}""", Assert.Single(_server.Requests).Body);
        Assert.Equal(TokenHash.Of(ticket == "\"T\"" ? "T" : ticket), identity.TokenHash);
    }

    [Fact]
    public async Task Text_is_sent_as_JSON_whatever_is_in_it()
    {
        _server.AnswerJson("""{"status":"ok"}""");

        await AuthenticateAsync(Build("[]"), "a\"b\\c\nü\ud83d");

        Assert.Equal("a\"b\\c\nü\ufffd", JsonElement.Parse(Assert.Single(_server.Requests).Body).GetProperty("ticket").GetString());
    }

    [Theory]
    [InlineData("""{"status":"error","error":"No such session.","session_id":"s"}""", "No such session.")]
    [InlineData("""{"status":"error","session_id":"s"}""", "Authentication failed.")]
    [InlineData("""{"status":"error","error":7}""", "Authentication failed.")]
    [InlineData("""{"status":"OK","session_id":"s"}""", "Authentication failed.")]
    [InlineData("""{"status":true,"session_id":"s"}""", "Authentication failed.")]
    [InlineData("""{"session_id":"s"}""", "Authentication failed.")]
    public async Task Any_status_but_ok_is_a_refusal_with_the_text_of_the_answer(string json, string detail)
    {
        var fault = (await AnswerAsync(json)).Fault!;

        Assert.Equal(("ticket_refused", detail), (fault.Code, fault.Detail));
    }

    [Fact]
    public async Task Without_a_ticket_nobody_is_asked()
    {
        var scheme = Build();

        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, null)).Fault);
        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, "")).Fault);
        Assert.Equal(AuthFault.TokenMissing, (await AuthenticateAsync(scheme, null, "null")).Fault);
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(scheme, new string('t', 8192))).Fault);
        Assert.Equal(AuthFault.TokenMalformed, (await AuthenticateAsync(scheme, null, $"[{new string('1', 8191)}]")).Fault);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"status\":\"ok\",\"session_id\":\"\\ud83d\"}")]
    public async Task A_malformed_answer_decides_nothing(string json) => AssertUnavailable("malformed JSON", await AnswerAsync(json));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"ok\"")]
    [InlineData("null")]
    public async Task An_answer_that_is_no_object_decides_nothing(string json) => AssertUnavailable("no JSON object", await AnswerAsync(json));

    [Fact]
    public async Task An_answer_without_one_of_the_fields_decides_nothing() =>
        AssertUnavailable("lacks the field session_id", await AnswerAsync("""{"status":"ok"}"""));

    [Fact]
    public async Task An_answer_of_64_kB_is_read_and_a_larger_one_is_not()
    {
        const string Begin = """{"status":"ok","session_id":"s","x":""" + "\"";

        Assert.True((await AnswerAsync(Begin + new string('x', 65536 - Begin.Length - 2) + "\"}")).Succeeded);
        AssertUnavailable("larger than 65536", await AnswerAsync(Begin + new string('x', 65536 - Begin.Length - 1) + "\"}"));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/json")]
    public async Task An_answer_of_another_type_decides_nothing(string contentType)
    {
        _server.AnswerJson("""{"status":"ok","session_id":"s"}""", contentType: contentType);

        AssertUnavailable("not marked as JSON", await AuthenticateAsync(Build(), "T"));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/vnd.app+json")]
    public async Task Types_of_JSON_are_read(string contentType)
    {
        _server.AnswerJson("""{"status":"ok","session_id":"s"}""", contentType: contentType);

        Assert.True((await AuthenticateAsync(Build(), "T")).Succeeded);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_status_of_failure_decides_nothing(int status)
    {
        _server.AnswerJson("""{"status":"ok","session_id":"s"}""", status);

        var result = await AuthenticateAsync(Build(), "T");
        AssertUnavailable($"the status {status}", result);
        Assert.Equal((false, null), (result.Fault!.IsUnreadable, result.Fault.RetryAfter));
    }

    [Theory]
    [InlineData("X-Rate-Limit-Reset", "0.2", 0.2)]
    [InlineData("x-rate-limit-reset", "1e9", 3600.0)]
    [InlineData("X-Rate-Limit-Reset", "-1", null)]
    [InlineData("X-Rate-Limit-Reset", "soon", null)]
    [InlineData("Retry-After", "1", null)]
    public async Task An_answer_429_says_when_to_ask_again(string header, string value, double? seconds)
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers[header] = value;
            return Task.CompletedTask;
        };

        Assert.Equal(seconds, (await AuthenticateAsync(Build(), "T")).Fault!.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("{", true)]
    [InlineData("[]", true)]
    [InlineData("""{"status":"ok"}""", true)]
    [InlineData("""{"status":"no"}""", false)]
    public async Task An_answer_that_cannot_be_read_is_told_from_a_refusal(string json, bool unreadable) =>
        Assert.Equal(unreadable, (await AnswerAsync(json)).Fault!.IsUnreadable);

    [Theory]
    [InlineData("""{"status":"no","error":null}""", "null")]
    [InlineData("""{"status":"no","error":{"code":1.0}}""", """{"code":1.0}""")]
    [InlineData("""{"status":"no"}""", null)]
    public async Task What_the_application_says_in_refusing_is_passed_on(string json, string? answer) =>
        Assert.Equal(answer, (await AnswerAsync(json)).Fault!.Answer);

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_is_not_followed(int status)
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };

        AssertUnavailable($"the status {status}", await AuthenticateAsync(Build(), "T"));
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_does_not_come_in_time_decides_nothing(bool begun)
    {
        _server.Answer = async context =>
        {
            if (begun)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"status\":");
                await context.Response.Body.FlushAsync();
            }
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        AssertUnavailable("no answer within 00:00:00.5", await AuthenticateAsync(Build(timeout: "00:00:00.5"), "T"));
    }

    [Fact]
    public async Task Who_leaves_does_not_wait_for_the_answer()
    {
        using var cancellation = new CancellationTokenSource();
        _server.Answer = async context =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Build().AuthenticateAsync(new Credentials("T", null), cancellation.Token));
    }

    [Fact]
    public async Task An_application_that_is_not_there_decides_nothing_and_its_credentials_are_not_shown()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var scheme = _builder.Build($$"""{"Type":"Ticket","Url":"http://joe:hidden@127.0.0.1:{{port}}/auth?key=hidden"}""");

        var result = await AuthenticateAsync(scheme, "hidden-ticket");

        AssertUnavailable($"http://127.0.0.1:{port}/auth: no answer", result);
        Assert.DoesNotContain("hidden", result.Fault!.ToString());
    }

    [Fact]
    public async Task A_connection_that_ends_within_the_answer_decides_nothing()
    {
        _server.Answer = async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        AssertUnavailable("no answer", await AuthenticateAsync(Build(), "T"));
    }

    [Fact]
    public async Task Credentials_in_the_URL_become_Basic_authentication()
    {
        _server.AnswerJson("""{"status":"ok","session_id":"s"}""");

        Assert.True((await AuthenticateAsync(Build(userInfo: "jo%40e:p%C3%A4ss@"), "T")).Succeeded);
        Assert.Equal("Basic " + Convert.ToBase64String("jo@e:päss"u8), Assert.Single(_server.Requests).Authorization);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        _server.AnswerJson("""{"status":"ok","session_id":"s"}""");
        var scheme = Build();

        for (var n = 0; n < 5; n++)
            Assert.True((await AuthenticateAsync(scheme, "T")).Succeeded);

        Assert.Single(_server.Requests.Select(request => request.Connection).Distinct());
    }

    [Fact]
    public async Task After_it_is_disposed_nobody_is_let_in()
    {
        var scheme = Build();
        await ((IAsyncDisposable)scheme).DisposeAsync();

        AssertUnavailable("stopping", await AuthenticateAsync(scheme, "T"));
    }

    [Fact]
    public async Task Many_tickets_at_once_do_not_mix()
    {
        _server.Answer = context => context.Response.WriteAsJsonAsync(new
        {
            status = "ok",
            session_id = _server.Requests.Single(request => request.Id == context.TraceIdentifier).Body,
        });
        var scheme = Build();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => AuthenticateAsync(scheme, $"ticket {n}")));

        Assert.All(results.Select((result, n) => (result.Identity!.Principal.FindFirstValue("session_id"), $$"""{"ticket":"ticket {{n}}"}""")),
            pair => Assert.Equal(pair.Item2, pair.Item1));
    }

    [Theory]
    [InlineData("""{"Type":"Ticket"}""", "Auth:scheme:Url: is missing")]
    [InlineData("""{"Type":"Ticket","Url":"/auth"}""", "Auth:scheme:Url: is no such URL")]
    [InlineData("""{"Type":"Ticket","Url":"ftp://hidden@app/auth"}""", "Auth:scheme:Url: is no such URL")]
    [InlineData("""{"Type":"Ticket","Url":"hidden"}""", "Auth:scheme:Url: is no such URL")]
    [InlineData("""{"Type":"Ticket","Url":"http://app/","Fields":["a","a"]}""", "Auth:scheme:Fields: a field is named twice")]
    [InlineData("""{"Type":"Ticket","Url":"http://app/","Timeout":"0"}""", "Auth:scheme:Timeout: \"0\" is out of range")]
    [InlineData("""{"Type":"Ticket","Url":"http://app/","SigningSecret":""}""", "Auth:scheme:SigningSecret: empty")]
    [InlineData("""{"Type":"Ticket","Url":"http://app/","Tries":3}""", "Auth:scheme:Tries: unknown key")]
    public void What_is_wrong_in_the_configuration_is_a_fault_that_shows_no_credentials(string json, string start)
    {
        var fault = Assert.Single(_builder.Faults(json));

        Assert.StartsWith(start, fault);
        Assert.DoesNotContain("hidden", fault);
    }
}
