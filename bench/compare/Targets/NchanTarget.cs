using Gateway.Benchmarks.Load;
using Gateway.Compare.Client;

namespace Gateway.Compare.Targets;

/// <summary>nginx with the module nchan.</summary>
sealed class NchanTarget : ProcessTarget
{
    const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    readonly string? _nginx = Programs.Find("nginx");

    internal override string Name => "nginx + nchan";

    internal override string? Missing => _nginx is not null && File.Exists(Module) ? null : "apt-get install nginx-light libnginx-mod-nchan";

    internal override string Version => Programs.FirstLine(_nginx!, "-v");

    internal override bool Can(Channel channel) => channel is Channel.WebSocket or Channel.EventStream;

    protected override Dialect Speak(Channel channel, int port) => new()
    {
        Port = port,
        Framing = channel == Channel.WebSocket ? Framing.WebSocket : Framing.Http,
        Target = topic => $"/{(channel == Channel.WebSocket ? "both" : "sub")}/t{topic}",
        PublisherFraming = Framing.WebSocket,
        PublisherTarget = topic => $"/pub/t{topic}",
    };

    protected override ProcessUsage Run(ServerProcess process, int port)
    {
        string file = Path.Combine(process.Folder, "nginx.conf");
        File.WriteAllText(file, Configuration(port, process.Folder));
        return process.Start(port, _nginx!, ["-p", process.Folder, "-c", file]);
    }

    // One worker: several would share a channel through memory, which costs more than it gains on two cores.
    static string Configuration(int port, string folder) => $$"""
        load_module {{Module}};
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile {{Math.Min(OpenFiles.Limit, 20_000)}};
        pid {{folder}}/nginx.pid;
        error_log stderr;
        events { worker_connections {{Math.Min(OpenFiles.Limit, 20_000) - 500}}; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          nchan_max_reserved_memory 512M;
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location ~ ^/pub/(.+)$ { nchan_publisher websocket http; nchan_channel_id $1; nchan_message_buffer_length 200; }
            location ~ ^/sub/(.+)$ { nchan_subscriber websocket eventsource; nchan_channel_id $1; nchan_subscriber_first_message newest; }
            location ~ ^/both/(.+)$ { nchan_pubsub websocket; nchan_channel_id $1; nchan_message_buffer_length 200; nchan_subscriber_first_message newest; }
          }
        }
        """;
}
