using Gateway.Core.Tests.Storage;

// What tests start as a process of its own; the test runner does not come here.
await (args is ["write", ..] ? StoreWriter.WriteAsync(args[1..]) : DamagedStores.OpenAllAsync(args[1]));
