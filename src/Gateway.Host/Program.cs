using Gateway.Host;

return await (CommandLine.Parse(args) switch
{
    { Help: true } => Help.ShowAsync(),
    { Version: true } => Help.ShowVersionAsync(),
    { Refusal: { } refusal } => Help.RefuseAsync(refusal),
    { Token: { } token } => TokenCommand.RunAsync(token),
    { Stream: { } stream } => StreamCommand.RunAsync(stream),
    { Health: { } address } => HealthCommand.RunAsync(address),
    { CheckOnly: true } arguments => CheckConfigCommand.RunAsync(arguments),
    var arguments => RunCommand.RunAsync(arguments),
});
