using Gateway.Storage.Tests;

await LogWriterProcess.RunAsync(args);
