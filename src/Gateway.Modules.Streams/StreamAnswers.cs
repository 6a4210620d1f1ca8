using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core.Auth;
using Gateway.Core.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Modules.Streams;

/// <summary>What is answered where there is no stream to answer with. Bodies in the original's form are kept to the letter.</summary>
static class StreamAnswers
{
    const string Realm = "Bearer realm=\"API Key\"";

    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult DoesNotExist(string id) =>
        Error(StatusCodes.Status404NotFound, $"The stream with ID {id} does not exist");

    public static IResult AlreadyExists(string id) =>
        Error(StatusCodes.Status409Conflict, $"The stream with ID {id} already exists. Specify force=true query param to override.");

    public static IResult NotFound(string path) =>
        TypedResults.Json(new { code = "ResourceNotFound", message = $"{path} does not exist" }, Json, statusCode: StatusCodes.Status404NotFound);

    public static IResult MethodNotAllowed(string method, string allowed) => new WithHeader("Allow", allowed, TypedResults.Json(
        new { code = "MethodNotAllowed", message = $"{method} is not allowed" }, Json, statusCode: StatusCodes.Status405MethodNotAllowed));

    /// <summary>A client that is not let in, in the original's form where the original knows the case.</summary>
    public static IResult Refusal(AuthFault fault) => fault.Code switch
    {
        "grant_missing" or "auth_unavailable" => Problems.Refusal(fault),
        "token_ambiguous" => NotAuthenticated(StatusCodes.Status400BadRequest, "Bad Request"),
        "token_missing" => new WithHeader("WWW-Authenticate", Realm, NotAuthenticated(StatusCodes.Status401Unauthorized, "Unauthorized")),
        _ => new WithHeader("WWW-Authenticate", $"{Realm}, error=\"invalid_token\"", NotAuthenticated(StatusCodes.Status401Unauthorized, "Unauthorized")),
    };

    public static IResult IdRefused() => Problems.Create(
        StatusCodes.Status400BadRequest, "id_invalid", "An id is 1 to 100 characters, without control characters, and neither . nor ..");

    public static IResult MetadataInvalid(string fault) => Problems.Create(StatusCodes.Status400BadRequest, "metadata_invalid", fault);

    public static IResult OffsetInvalid(string name) => Problems.Create(
        StatusCodes.Status400BadRequest, "offset_invalid", $"{name} must be given once, as a number of bytes from 0.");

    public static IResult WaitInvalid(int most) => Problems.Create(
        StatusCodes.Status400BadRequest, "wait_invalid", $"wait must be given once, as a number of seconds from 0 to {Number(most)}.");

    public static IResult OffsetWrong(long length) => new WithHeader("Upload-Offset", Number(length), Problems.Create(
        StatusCodes.Status409Conflict, "offset_wrong", $"The stream has {length} bytes: that is the offset at which it goes on."));

    public static IResult AnotherInstance() => Problems.Create(
        StatusCodes.Status412PreconditionFailed, "stream_replaced", "The stream has been replaced by another of its id.");

    public static IResult AlreadyComplete(long length) => new WithHeader("Upload-Offset", Number(length), Problems.Create(
        StatusCodes.Status409Conflict, "stream_complete", "The stream is complete: nothing can be appended."));

    public static IResult BeyondEnd(long length) => new WithHeader("Content-Range", $"bytes */{Number(length)}", Problems.Create(
        StatusCodes.Status416RangeNotSatisfiable, "range_not_satisfiable", $"The stream has {length} bytes; one range within them is allowed."));

    public static IResult TooLong(long limit) => Problems.Create(
        StatusCodes.Status413PayloadTooLarge, "stream_too_long", $"A stream may have {limit} bytes.");

    public static IResult NotStored() => Problems.Create(
        StatusCodes.Status507InsufficientStorage, "not_stored", "The stream could not be stored: the disk is full or has failed.");

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static JsonHttpResult<AuthenticationErrorBody> NotAuthenticated(int status, string message) =>
        TypedResults.Json(new AuthenticationErrorBody("AuthenticationError", message, status, status), Json, statusCode: status);

    static JsonHttpResult<ErrorBody> Error(int status, string error) => TypedResults.Json(new ErrorBody(error), Json, statusCode: status);

    sealed record ErrorBody([property: JsonPropertyName("error")] string Error);

    sealed record AuthenticationErrorBody(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("status")] int Status,
        [property: JsonPropertyName("statusCode")] int StatusCode);

    sealed class WithHeader(string name, string value, IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers[name] = value;
            return inner.ExecuteAsync(httpContext);
        }
    }
}
