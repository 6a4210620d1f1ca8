using System.Globalization;
using Gateway.Core.Auth.Users;
using Gateway.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Modules.Events;

/// <summary><c>POST /users</c> and <c>POST /login</c>.</summary>
sealed class UserEndpoints(UsersScheme scheme, EventsOptions options)
{
    /// <summary>Makes an account: <c>{"id"}</c>.</summary>
    public Task CreateAsync(HttpContext context) => AnswerAsync(context, async form =>
    {
        var user = new NewUser(form.Text("username"), form.Text("password"), form.Uuid("collection_id"));
        if (form.Fault is { } fault)
            return Answers.BadRequest("field_invalid", fault);
        var created = await scheme.Accounts.CreateAsync(user, context.RequestAborted).ConfigureAwait(false);
        if (created.Succeeded)
            return Answers.Json(writer => writer.WriteString("id", created.Value.Id));
        return created.Fault == AccountFault.UsernameTaken ? Answers.UsernameTaken() : Refusal(created.Fault);
    });

    /// <summary>Makes a token: <c>{"jwt"}</c>. With <c>?cookie=1</c> a browser also keeps it, out of reach of scripts.</summary>
    public Task LogInAsync(HttpContext context) => AnswerAsync(context, async form =>
    {
        string username = form.Text("username"), password = form.Text("password");
        if (form.Fault is { } fault)
            return Answers.BadRequest("field_invalid", fault);
        var result = await scheme.LogInAsync(username, password, context.Connection.RemoteIpAddress, context.RequestAborted).ConfigureAwait(false);
        if (!result.Succeeded)
            return Refusal(result.Fault);
        if (context.Request.Query["cookie"] is ["1"])
        {
            context.Response.Cookies.Append(EventsModule.TokenCookie, result.Value.Token, new()
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                Expires = result.Value.Expires,
            });
        }
        return Answers.Json(writer => writer.WriteString("jwt", result.Value.Token)).With("Cache-Control", "no-store");
    });

    async Task AnswerAsync(HttpContext context, Func<RequestForm, Task<IResult>> answer)
    {
        var (form, refusal) = await RequestForm.ReadAsync(context.Request, options.MaxBodyBytes).ConfigureAwait(false);
        try
        {
            refusal ??= await answer(form!).ConfigureAwait(false);
        }
        catch (DocumentStoreException e)
        {
            refusal = Answers.Unavailable(e.Message);
        }
        await refusal.ExecuteAsync(context).ConfigureAwait(false);
    }

    static IResult Refusal(AccountFault fault)
    {
        var answer = Answers.Fault(fault.Status, fault.Code, fault.Detail);
        if (fault.Status == StatusCodes.Status401Unauthorized)
            answer = answer.With("WWW-Authenticate", "Bearer");
        return fault.RetryAfter is { } wait
            ? answer.With("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            : answer;
    }
}
