using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Gateway.Benchmarks.Engine;
using Gateway.Benchmarks.Events;
using Gateway.Benchmarks.JsonStore;
using Gateway.Benchmarks.Load;
using Gateway.Benchmarks.Operating;
using Gateway.Benchmarks.Router;
using Gateway.Benchmarks.Storage;
using Gateway.Benchmarks.Streams;

if (args is ["load", .. var rest])
    return LoadCommand.Run(rest);
if (args is ["log", .. var where])
    return await LogCommand.RunAsync(where);
if (args is ["stream"])
    return StreamCommand.Run();
if (args is ["jsonstore", .. var store])
    return await StoreCommand.RunAsync(store);
if (args is ["router"])
    return await RouterLoad.RunAsync();
if (args is ["events"])
    return await EventsCommand.RunAsync();
if (args is ["allocations"])
    return await AllocationCommand.RunAsync();
if (args is ["operating"])
    return await OperatingCommand.RunAsync();
if (args is ["start", .. var programs])
    return StartCommand.Run(programs);

// In this process: a generated project would inherit the repository's strict settings and fail on them.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
return 0;
