import { SERVER_LIMITS } from '../../api/http/listen.ts'
import { VERIFY_PATH, PERSON_HEADER } from '../../api/internal/verify.ts'
import { AppError, errorTitle, type ErrorCode } from '../../errors/errors.ts'
import { type BASE_FIELDS, LOG_FIELDS } from '../../telemetry/log-fields.ts'
import { HSTS_S, type GatewaySettings } from './settings.ts'
import { AT_A_TIME, buckets, waitFor, type Bucket, type GatewayPath } from './table.ts'

/** What the gateway refuses by itself: NGINX's status, and the code of the API that says the same. */
const REFUSALS: readonly (readonly [status: number, code: ErrorCode])[] = [
  [400, 'request.malformed'],
  [404, 'route.not_found'],
  [405, 'route.method_not_allowed'],
  [408, 'request.timeout'],
  [413, 'request.too_large'],
  [414, 'request.headers_too_large'],
  [429, 'rate.limited'],
  // Of its own making alone, since answers of the API pass as they are: the question who it is was not answered.
  [500, 'service.unavailable'],
  [502, 'service.unavailable'],
  [503, 'service.unavailable'],
  [504, 'service.unavailable'],
]
const CODES = [...new Set(REFUSALS.map(([, code]) => code))]

/** Which clients may not choose: who they are and where they come from is said by the gateway. The API believes none of them. */
export const NEVER_OF_CLIENTS = [
  ...['X-Person', 'X-User', 'X-User-Id', 'X-Forwarded-User', 'X-Remote-User', 'Remote-User', 'X-Auth-Request-User'],
  ...['X-Roles', 'X-Original-Method', 'X-Original-Url', 'X-Rewrite-Url', 'X-Real-Ip', 'Forwarded', 'X-Forwarded-Port'],
  ...['X-Http-Method-Override', 'X-Http-Method', 'X-Method-Override', 'Proxy'],
]

/** Longer than the 35 s after which the API itself gives up (`TIME_LIMIT_MS`), so that its own answer comes through. */
const ANSWER_S = 40
/** Between two events; the API says every 15 s that it is there. */
const STREAM_S = 60

const indent = (lines: readonly string[], by = '  ') => lines.map((line) => `${by}${line}`)
const block = (head: string, lines: readonly string[]) => [`${head} {`, ...indent(lines), '}']
const map = (from: string, to: string, entries: readonly string[]) =>
  block(
    `map ${from} ${to}`,
    entries.map((entry) => `${entry};`),
  )
const word = (code: ErrorCode) => code.replace(/\W/g, '_')

/** The whole configuration, but for who answers: `upstreams.conf` beside it. */
export function nginxFile(paths: readonly GatewayPath[], settings: GatewaySettings): string {
  const all = buckets(paths, settings.scale)
  return `${[
    '# Made of the routes of the API by `npm run docs:gateway -- --write`; do not edit.',
    'worker_processes auto;',
    `pid ${settings.scratch}/nginx.pid;`,
    // Below that lines hold addresses of people and their queries; what failed is in the access log.
    `error_log ${settings.errorLog} crit;`,
    'worker_rlimit_nofile 16384;',
    ...block('events', ['worker_connections 4096;']),
    ...block('http', [
      ...common(settings),
      ...log(settings),
      ...known(paths, settings, all),
      ...limits(paths, all),
      ...texts(),
      `include ${settings.folder}/upstreams.conf;`,
      ...plainServer(settings),
      ...statusServer(settings),
      ...block('server', [
        ...tls(settings),
        ...proxying(settings),
        ...refusals(),
        ...ways(paths, all),
        ...locations(paths),
      ]),
    ]),
  ].join('\n')}\n`
}

const common = ({ scratch }: GatewaySettings): string[] => [
  'server_tokens off;',
  'uninitialized_variable_warn off;',
  'map_hash_bucket_size 128;',
  'map_hash_max_size 4096;',
  'default_type application/octet-stream;',
  ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${scratch}/${of};`),
  '# Slow and large clients end here. A body is taken in whole before the API hears of it.',
  `client_header_timeout ${SERVER_LIMITS.headersTimeout / 1000}s;`,
  'client_body_timeout 10s;',
  'send_timeout 30s;',
  'keepalive_timeout 75s;',
  'client_header_buffer_size 4k;',
  `large_client_header_buffers 4 ${SERVER_LIMITS.maxHeaderSize / 1024}k;`,
  'reset_timedout_connection on;',
  'proxy_max_temp_file_size 16m;',
]

/**
 * Fields are named as in the API's lines. Paths and queries hold ids and words of people: the route stands for them, a network for an
 * address.
 */
function log({ accessLog }: GatewaySettings): string[] {
  const name = (of: keyof typeof LOG_FIELDS) => LOG_FIELDS[of]?.name ?? of
  const base: Partial<Record<keyof typeof BASE_FIELDS, string>> = {
    '@timestamp': '$time_iso8601',
    'log.level': 'info',
    message: 'request',
    'service.name': 'scenor-gateway',
    'event.dataset': 'scenor.gateway',
  }
  const texts = {
    ...base,
    [name('trace_id')]: '$trace_id',
    [name('request_id')]: '$given_id',
    [name('method')]: '$request_method',
    [name('route')]: '$route_told',
    [name('user_id')]: '$person',
    'client.network': '$network',
    'http.version': '$server_protocol',
    'tls.version': '$ssl_protocol',
    'scenor.upstream': '$upstream_addr',
    'scenor.upstream_status': '$upstream_status',
    'scenor.upstream_seconds': '$upstream_response_time',
  }
  const numbers = { [name('http_status')]: '$status', 'scenor.seconds': '$request_time', 'scenor.bytes': '$bytes_sent' }
  const said = [
    ...Object.entries(texts).map(([key, value]) => `"${key}":"${value}"`),
    ...Object.entries(numbers).map(([key, value]) => `"${key}":${value}`),
  ]
  return [`log_format scenor escape=json '{${said.join(',')}}';`, `access_log ${accessLog} scenor;`]
}

/** What is known of a request: variables of everything below. */
function known(paths: readonly GatewayPath[], { origins, traceShare }: GatewaySettings, all: readonly Bucket[]) {
  const exact = origins.filter((origin) => !origin.endsWith(':*')).map((origin) => `"${origin}" $http_origin`)
  const anyPort = origins
    .filter((origin) => origin.endsWith(':*'))
    .map((origin) => `"~^${origin.slice(0, -2).replaceAll('.', '\\.')}(:\\d{1,5})?$" $http_origin`)
  const limited = paths.flatMap(({ path, limits }) =>
    Object.entries(limits).flatMap(([method, names]) =>
      names.length > 0 ? [[`${method} ${path}`, names] as const] : [],
    ),
  )
  return [
    ...map('$http_x_request_id', '$given_id', ['default $request_id', '"~^[!#-\\[\\]-~]{8,128}$" $http_x_request_id']),
    ...map('$request_id', '$span', ['"~^(?<half>.{16})" $half']),
    `split_clients $request_id $sampled { ${traceShare === 1 ? '' : `${+(traceShare * 100).toFixed(2)}% 01; `}* ${traceShare === 1 ? '01' : '00'}; }`,
    ...map('$http_traceparent', '$trace', [
      'default 00-$request_id-$span-$sampled',
      '"~^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" $http_traceparent',
    ]),
    ...map('$trace', '$trace_id', ['"~^00-(?<of_trace>[0-9a-f]{32})" $of_trace']),
    ...map('$remote_addr', '$network', [
      '"~^(?<three>\\d+\\.\\d+\\.\\d+)\\." $three.0/24',
      '"~^(?<groups>[0-9a-f]*:[0-9a-f]*:[0-9a-f]*)" $groups::/48',
    ]),
    // Of IPv6 everybody has a whole /64.
    ...map('$remote_addr', '$client', [
      'default $binary_remote_addr',
      '"~^(?<four>[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:[0-9a-f]+):" $four',
    ]),
    ...map('$http_origin', '$origin', ['default ""', ...exact, ...anyPort]),
    ...map('$request_method', '$way', ['default change', 'GET safe', 'HEAD safe', 'OPTIONS safe', 'POST post']),
    ...map('$route', '$route_told', ['default none', '"~^(?<of_route>.+)" $of_route']),
    ...map('"$request_method $route"', '$limits', [
      'default ""',
      ...limited.map(([key, names]) => `"${key}" "${names.join(' ')}"`),
    ]),
    ...map('$limits', '$wait', [
      'default 1',
      ...[...new Set(limited.map(([, names]) => names.join(' ')))].map(
        (names) => `"${names}" ${waitFor(names.split(' '), all)}`,
      ),
    ]),
  ]
}

/** A limit that does not hold for a request has an empty key, which NGINX does not count. */
const limits = (paths: readonly GatewayPath[], all: readonly Bucket[]): string[] => [
  ...all.flatMap(({ name, by, perMinute }) => {
    const value = by === 'person' ? '$person' : '$client'
    const everywhere = name.startsWith('all_')
    return [
      ...(everywhere ? [] : map('$limits', `$${name}`, ['default ""', `"~\\b${name}\\b" ${value}`])),
      `limit_req_zone ${everywhere ? value : `$${name}`} zone=${name}:4m rate=${perMinute}r/m;`,
    ]
  }),
  'limit_conn_zone $client zone=at_a_time:4m;',
  'limit_req_status 429;',
  'limit_conn_status 429;',
  // Their lines would hold addresses of people; the access log says 429.
  'limit_req_log_level info;',
  'limit_conn_log_level info;',
]

/** Titles in the client's language, as the API has them. */
const texts = (): string[] => [
  ...map('$http_accept_language', '$language', ['default en', '"~*^\\s*ru\\b" ru']),
  ...CODES.flatMap((code) =>
    map('$language', `$title_${word(code)}`, [`default "${errorTitle(code, 'en')}"`, `ru "${errorTitle(code, 'ru')}"`]),
  ),
]

const plainServer = ({ http, publicHost }: GatewaySettings): string[] =>
  block('server', [
    `listen ${http} default_server;`,
    'access_log off;',
    `return 308 https://${publicHost ?? '$host'}$request_uri;`,
  ])

/** For operators: a port that nobody outside may reach. */
const statusServer = ({ status }: GatewaySettings): string[] =>
  block('server', [
    `listen ${status};`,
    'access_log off;',
    'location = /health { default_type text/plain; return 200 "ok\\n"; }',
    'location = /status { stub_status; }',
    'location / { return 404; }',
  ])

const HSTS = `add_header Strict-Transport-Security "max-age=${HSTS_S}; includeSubDomains" always;`

const tls = ({ https, certificate, key }: GatewaySettings): string[] => [
  `listen ${https} ssl http2 default_server;`,
  `ssl_certificate ${certificate};`,
  `ssl_certificate_key ${key};`,
  'ssl_protocols TLSv1.2 TLSv1.3;',
  // Mozilla's intermediate profile, without what needs parameters of one's own.
  'ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;',
  'ssl_session_cache shared:tls:8m;',
  'ssl_session_tickets off;',
  HSTS,
]

/** For all that is passed on. Each list of headers is whole wherever it stands: NGINX inherits all of one or nothing. */
const HEADERS: readonly string[] = [
  'proxy_set_header Host $http_host;',
  'proxy_set_header Connection "";',
  'proxy_set_header X-Request-Id $given_id;',
  'proxy_set_header traceparent $trace;',
  // Not appended: the gateway is the first that can be believed (TRUSTED_PROXIES=1).
  'proxy_set_header X-Forwarded-For $remote_addr;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
  'proxy_set_header X-Forwarded-Host $http_host;',
  ...NEVER_OF_CLIENTS.map((name) => `proxy_set_header ${name} "";`),
]
const WITHOUT_BODY = ['proxy_pass_request_body off;', 'proxy_set_header Content-Length "";']

const proxying = ({ internal }: GatewaySettings): string[] => [
  'proxy_http_version 1.1;',
  'proxy_connect_timeout 2s;',
  `proxy_read_timeout ${ANSWER_S}s;`,
  `proxy_send_timeout ${ANSWER_S}s;`,
  'proxy_next_upstream_tries 3;',
  'proxy_next_upstream_timeout 10s;',
  ...HEADERS,
  `limit_conn at_a_time ${AT_A_TIME};`,
  ...block('location = /verify-at-api', [
    'internal;',
    `proxy_pass ${internal ? 'https' : 'http'}://verify${VERIFY_PATH};`,
    ...(internal
      ? [
          `proxy_ssl_certificate ${internal.certificate};`,
          `proxy_ssl_certificate_key ${internal.key};`,
          `proxy_ssl_trusted_certificate ${internal.ca};`,
          'proxy_ssl_verify on;',
          'proxy_ssl_server_name on;',
          `proxy_ssl_name ${internal.name};`,
        ]
      : []),
    `proxy_next_upstream ${WHEN_SAFE};`,
    'proxy_read_timeout 5s;',
    // Not those of above: a list of its own.
    ...HEADERS.filter((line) => !line.includes('X-Original-Method')),
    'proxy_set_header X-Original-Method $request_method;',
    ...WITHOUT_BODY,
    'proxy_method GET;',
  ]),
]

/** No names (@…): what is no HTTP has no address that could be kept. */
const REFUSED = '/.refused/'

/** Refusals of the gateway's own, as the API would say them. */
const refusals = (): string[] => [
  // With the status of the code: NGINX would keep its own.
  ...REFUSALS.map(([status, code]) => `error_page ${status} =${new AppError(code).status} ${REFUSED}${word(code)};`),
  'error_page 401 403 @refused;',
  ...CODES.flatMap((code) => {
    const { status, retryHelps } = new AppError(code)
    const body = {
      type: `urn:scenor:problem:${code}`,
      title: `$title_${word(code)}`,
      status,
      detail: `$title_${word(code)}`,
      code,
      request_id: '$given_id',
      source: 'gateway',
    }
    const wait = code === 'rate.limited' ? '$wait' : status === 503 ? '5' : undefined
    return block(`location = ${REFUSED}${word(code)}`, [
      'internal;',
      'default_type application/problem+json;',
      HSTS,
      'add_header X-Content-Type-Options nosniff always;',
      'add_header Cache-Control no-store always;',
      'add_header Content-Language $language always;',
      'add_header X-Request-Id $given_id always;',
      `add_header X-Should-Retry ${retryHelps} always;`,
      ...(wait === undefined ? [] : [`add_header Retry-After ${wait} always;`]),
      'add_header Access-Control-Allow-Origin $origin always;',
      'add_header Access-Control-Expose-Headers "Retry-After, X-Request-Id, X-Should-Retry" always;',
      'add_header Vary Origin always;',
      `return ${status} '${JSON.stringify(body)}';`,
    ])
  }),
  // The API says why, in its own words; it hears no body of somebody whom nobody knows.
  ...block('location @refused', [
    'internal;',
    'limit_req zone=all_address burst=100 nodelay;',
    'proxy_pass http://$upstream;',
    ...HEADERS,
    ...WITHOUT_BODY,
  ]),
]

/** To another copy, before the first byte of an answer. */
const WHEN_SAFE = 'error timeout http_502 http_503 http_504'
/**
 * Which requests go to another copy when one fails. A POST only where nothing of it was sent, which NGINX sees to; a PUT or DELETE not at
 * all: NGINX would repeat it after the first copy may have done it, and the client would hear of a conflict with itself.
 */
const REPEATED = { safe: WHEN_SAFE, post: 'error timeout', change: 'off' }

/** How requests go on, by what may be repeated and how large they are. Counted here, where it is known who asks. */
function ways(paths: readonly GatewayPath[], all: readonly Bucket[]): string[] {
  const counted = all.map(({ name, burst }) => `limit_req zone=${name} burst=${burst} nodelay;`)
  const sizes = [...new Set(paths.map(({ maxBody }) => maxBody))].toSorted((a, b) => a - b)
  return [
    ...sizes.flatMap((bytes) =>
      Object.entries(REPEATED).flatMap(([way, when]) =>
        block(`location @${way}_${bytes}`, [
          'internal;',
          ...counted,
          `client_max_body_size ${bytes};`,
          `proxy_next_upstream ${when};`,
          'proxy_pass http://$upstream;',
        ]),
      ),
    ),
    ...block('location @stream', [
      'internal;',
      ...counted,
      `proxy_next_upstream ${WHEN_SAFE};`,
      'proxy_buffering off;',
      'gzip off;',
      `proxy_read_timeout ${STREAM_S}s;`,
      `send_timeout ${STREAM_S}s;`,
      'proxy_pass http://$upstream;',
    ]),
  ]
}

/** What stands for a parameter. */
const pattern = (path: string): string => path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')

function locations(paths: readonly GatewayPath[]): string[] {
  const location = (of: GatewayPath): string[] =>
    block(`location ${of.path.includes('{') ? `~ ^${pattern(of.path)}$` : `= ${of.path}`}`, [
      `set $route ${of.path.includes('{') ? `"${of.path}"` : of.path};`,
      `set $upstream ${of.upstream};`,
      `client_max_body_size ${of.maxBody};`,
      ...(of.verified
        ? [
            'auth_request /verify-at-api;',
            `auth_request_set $person $upstream_http_${PERSON_HEADER.toLowerCase().replaceAll('-', '_')};`,
          ]
        : ['set $person "";']),
      `try_files /none @${of.stream ? 'stream' : `\${way}_${of.maxBody}`};`,
    ])
  return [...paths.flatMap(location), ...block('location /', ['set $route "";', 'return 404;'])]
}
