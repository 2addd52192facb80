/**
 * The `athena_*` macros that give Trino's functions their Trino meaning on DuckDB (athena-sql reference, 6). Created once
 * per sandbox, before it is closed off. The scalar functions they call are registered in `scalar-functions.ts`.
 */

const NUMBERS = `
CREATE TEMP MACRO athena_div(a,b) AS CASE WHEN b = 0 THEN cast_to_type(a::DOUBLE * 'Infinity'::DOUBLE, a // b) ELSE a // b END;
CREATE TEMP MACRO athena_mod(a,b) AS CASE WHEN b = 0 THEN cast_to_type('NaN'::DOUBLE, a % b) ELSE a % b END;
CREATE TEMP MACRO athena_half_up(x) AS CASE WHEN typeof(x) IN ('DOUBLE','FLOAT') THEN cast_to_type(round(try_cast(x AS DOUBLE)), x) ELSE x END;
CREATE TEMP MACRO athena_random(n) AS CAST(floor(random()*n) AS BIGINT), (m,n) AS m + CAST(floor(random()*(n-m)) AS BIGINT);
CREATE TEMP MACRO athena_min_n(x,n) AS min(x,n);
CREATE TEMP MACRO athena_max_n(x,n) AS max(x,n);
CREATE TEMP MACRO athena_entropy(c) AS CASE WHEN sum(c) = 0 THEN 0 ELSE log2(sum(c)) - sum(CASE WHEN c > 0 THEN c*log2(c) ELSE 0 END)/sum(c) END;
CREATE TEMP MACRO athena_width_bucket(x,a,b,n) AS CASE WHEN x < a THEN 0 WHEN x >= b THEN n+1 ELSE CAST(floor((x-a)*n/(b-a)) AS BIGINT)+1 END;
CREATE TEMP MACRO athena_bitwise_and(a,b) AS a & b;
CREATE TEMP MACRO athena_bitwise_or(a,b) AS a | b;
CREATE TEMP MACRO athena_bitwise_xor(a,b) AS xor(a,b);
CREATE TEMP MACRO athena_bitwise_not(a) AS ~a;
CREATE TEMP MACRO athena_bitwise_left_shift(a,n) AS a << n;
CREATE TEMP MACRO athena_bitwise_right_shift(a,n) AS a >> n;
CREATE TEMP MACRO athena_bit_count(x,b) AS bit_count(x)::BIGINT;
CREATE TEMP MACRO athena_infinity() AS 'Infinity'::DOUBLE;
CREATE TEMP MACRO athena_nan() AS 'NaN'::DOUBLE;
CREATE TEMP MACRO athena_is_infinite(x) AS isinf(x);
CREATE TEMP MACRO athena_is_finite(x) AS isfinite(x);
CREATE TEMP MACRO athena_cbrt(x) AS CASE WHEN round(cbrt(x)) ** 3 = x THEN round(cbrt(x)) ELSE cbrt(x) END;
CREATE TEMP MACRO athena_e() AS exp(1.0::DOUBLE);
CREATE TEMP MACRO athena_to_base(n,b) AS lower(to_base(n,b));
CREATE TEMP MACRO athena_from_base(s,b) AS list_reduce(list_transform(string_split(lower(s),''), lambda ch: strpos('0123456789abcdefghijklmnopqrstuvwxyz',ch)-1), lambda acc, v: acc*b+v);
`;

const DATES = `
CREATE TEMP MACRO athena_date_add(u,n,x) AS cast_to_type(x + CASE lower(u) WHEN 'millisecond' THEN to_milliseconds(n)
  WHEN 'second' THEN to_seconds(n) WHEN 'minute' THEN to_minutes(n) WHEN 'hour' THEN to_hours(n) WHEN 'day' THEN to_days(n)
  WHEN 'week' THEN to_weeks(n) WHEN 'month' THEN to_months(n) WHEN 'quarter' THEN to_months(3*n) WHEN 'year' THEN to_years(n) END, x);
CREATE TEMP MACRO athena_date_diff(u,a,b) AS date_sub(u,a,b);
CREATE TEMP MACRO athena_date_trunc(u,x) AS cast_to_type(date_trunc(u,x), x);
CREATE TEMP MACRO athena_plus(x,i) AS cast_to_type(x + i, x);
CREATE TEMP MACRO athena_minus(x,i) AS cast_to_type(x - i, x);
CREATE TEMP MACRO athena_strftime(x,f) AS strftime(x,f);
CREATE TEMP MACRO athena_strptime(s,f) AS strptime(s,f);
CREATE TEMP MACRO athena_from_unixtime(x) AS to_timestamp(x), (x,z) AS timezone(z, to_timestamp(x));
CREATE TEMP MACRO athena_from_unixtime_nanos(n) AS make_timestamp_ns(n);
CREATE TEMP MACRO athena_at_timezone(x,z) AS timezone(z, CAST(x AS TIMESTAMPTZ));
CREATE TEMP MACRO athena_with_timezone(x,z) AS timezone(z, CAST(x AS TIMESTAMP));
CREATE TEMP MACRO athena_current_timezone() AS 'UTC';
CREATE TEMP MACRO athena_to_iso8601(x) AS CASE typeof(x) WHEN 'DATE' THEN x::VARCHAR
  WHEN 'TIMESTAMP WITH TIME ZONE' THEN strftime(try_cast(x::VARCHAR AS TIMESTAMP),'%Y-%m-%dT%H:%M:%S.%gZ')
  ELSE strftime(try_cast(x::VARCHAR AS TIMESTAMP),'%Y-%m-%dT%H:%M:%S.%g') END;
CREATE TEMP MACRO athena_to_milliseconds(i) AS epoch_ms(i);
CREATE TEMP MACRO athena_millisecond(x) AS date_part('millisecond', x) % 1000;
CREATE TEMP MACRO athena_dow(d) AS isodow(d);
CREATE TEMP MACRO athena_doy(d) AS dayofyear(d);
CREATE TEMP MACRO athena_yow(d) AS isoyear(d);
CREATE TEMP MACRO athena_year_of_week(d) AS isoyear(d);
`;

const TEXTS = `
CREATE TEMP MACRO athena_varchar(x) AS CASE WHEN typeof(x) = 'TIMESTAMP' THEN strftime(try_cast(x::VARCHAR AS TIMESTAMP),'%Y-%m-%d %H:%M:%S.%g')
  WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN strftime(try_cast(x::VARCHAR AS TIMESTAMP),'%Y-%m-%d %H:%M:%S.%g') || ' UTC'
  WHEN typeof(x) = 'DOUBLE' THEN athena_double_text(try_cast(x AS DOUBLE)) WHEN typeof(x) = 'FLOAT' THEN athena_real_text(try_cast(x AS FLOAT))
  WHEN typeof(x) = 'JSON' THEN json_extract_string(try_cast(x::VARCHAR AS JSON),'$') ELSE x::VARCHAR END;
CREATE TEMP MACRO athena_length(x) AS CASE WHEN typeof(x) = 'BLOB' THEN octet_length(try_cast(x AS BLOB)) ELSE length(x::VARCHAR) END;
CREATE TEMP MACRO athena_left(s,n) AS left(s,n);
CREATE TEMP MACRO athena_rpad(s,n) AS rpad(s,n,' ');
CREATE TEMP MACRO athena_substr(s,i) AS CASE WHEN i = 0 THEN '' ELSE substring(s,i) END, (s,i,n) AS CASE WHEN i = 0 THEN '' ELSE substring(s,i,n) END;
CREATE TEMP MACRO athena_split(s,d) AS string_split(s,d), (s,d,n) AS CASE WHEN len(string_split(s,d)) <= n THEN string_split(s,d)
  ELSE list_append(list_slice(string_split(s,d),1,n-1), array_to_string(list_slice(string_split(s,d),n,len(string_split(s,d))),d)) END;
CREATE TEMP MACRO athena_split_part(s,d,i) AS CASE WHEN i > len(string_split(s,d)) THEN NULL ELSE split_part(s,d,i) END;
CREATE TEMP MACRO athena_split_to_map(s,e,kv) AS map_from_entries(list_transform(string_split(s,e), lambda p: struct_pack(key := split_part(p,kv,1), value := split_part(p,kv,2))));
CREATE TEMP MACRO athena_strpos(s,x) AS strpos(s,x), (s,x,n) AS CASE WHEN n > 0 AND n < len(string_split(s,x)) THEN len(array_to_string(list_slice(string_split(s,x),1,n),x))+1 ELSE 0 END;
CREATE TEMP MACRO athena_codepoint(s) AS unicode(s);
CREATE TEMP MACRO athena_levenshtein_distance(a,b) AS levenshtein(a,b);
CREATE TEMP MACRO athena_hamming_distance(a,b) AS hamming(a,b);
CREATE TEMP MACRO athena_normalize(s) AS nfc_normalize(s);
CREATE TEMP MACRO athena_regexp_count(s,p) AS CASE WHEN s IS NULL OR p IS NULL THEN NULL ELSE len(regexp_extract_all(s,p)) END;
CREATE TEMP MACRO athena_regexp_position(s,p) AS CASE WHEN regexp_matches(s,p) THEN strpos(s, list_extract(regexp_extract_all(s,p),1)) ELSE -1 END;
CREATE TEMP MACRO athena_to_utf8(s) AS encode(s);
CREATE TEMP MACRO athena_to_hex(b) AS hex(b);
CREATE TEMP MACRO athena_md5(b) AS unhex(md5(b));
CREATE TEMP MACRO athena_sha1(b) AS unhex(sha1(b));
CREATE TEMP MACRO athena_sha256(b) AS unhex(sha256(b));
CREATE TEMP MACRO athena_url_encode(s) AS replace(replace(replace(url_encode(s),'%20','+'),'%2A','*'),'~','%7E');
CREATE TEMP MACRO athena_url_decode(s) AS url_decode(replace(s,'+','%20'));
CREATE TEMP MACRO athena_url_extract_protocol(u) AS regexp_extract(u,'^([a-zA-Z][a-zA-Z0-9+.-]*)://',1);
CREATE TEMP MACRO athena_url_extract_host(u) AS nullif(regexp_extract(u,'^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/@]*@)?([^/:?#]*)',1),'');
CREATE TEMP MACRO athena_url_extract_port(u) AS try_cast(nullif(regexp_extract(u,'^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#:]*:(\\d+)',1),'') AS BIGINT);
CREATE TEMP MACRO athena_url_extract_path(u) AS regexp_extract(u,'^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*([^?#]*)',1);
CREATE TEMP MACRO athena_url_extract_query(u) AS regexp_extract(u,'\\?([^#]*)',1);
CREATE TEMP MACRO athena_url_extract_fragment(u) AS regexp_extract(u,'#(.*)$',1);
CREATE TEMP MACRO athena_url_extract_parameter(u,n) AS list_extract(list_transform(list_filter(string_split(regexp_extract(u,'\\?([^#]*)',1),'&'),
  lambda kv: split_part(kv,'=',1)=n), lambda kv: url_decode(split_part(kv,'=',2))),1);
CREATE TEMP MACRO athena_typeof(x) AS athena_type_text(typeof(x));
`;

const JSON_TEXTS = `
CREATE TEMP MACRO athena_json_extract(s,p) AS CASE WHEN json_valid(s) THEN json_extract(s,p) END;
CREATE TEMP MACRO athena_json_extract_scalar(s,p) AS CASE WHEN NOT json_valid(s) THEN NULL WHEN json_type(s,p) IN ('OBJECT','ARRAY','NULL') THEN NULL ELSE json_extract_string(s,p) END;
CREATE TEMP MACRO athena_json_parse(s) AS s::JSON;
CREATE TEMP MACRO athena_to_json(x) AS to_json(x);
CREATE TEMP MACRO athena_json_format(j) AS CAST(to_json(j) AS VARCHAR);
CREATE TEMP MACRO athena_json_array_length(s) AS CASE WHEN json_valid(s) AND json_type(s) = 'ARRAY' THEN json_array_length(s)::BIGINT END;
CREATE TEMP MACRO athena_json_array_get(s,i) AS json_extract(s,'$['||i||']');
CREATE TEMP MACRO athena_json_array_contains(s,v) AS json_contains(s, to_json(v));
CREATE TEMP MACRO athena_json_size(s,p) AS CASE json_type(s,p) WHEN 'ARRAY' THEN json_array_length(s,p)::BIGINT WHEN 'OBJECT' THEN len(json_keys(s,p)) ELSE 0 END;
CREATE TEMP MACRO athena_is_json_scalar(s) AS json_type(s) NOT IN ('OBJECT','ARRAY');
`;

const COLLECTIONS = `
CREATE TEMP MACRO athena_element_at(l,i) AS l[i];
CREATE TEMP MACRO athena_cardinality(x) AS CASE json_type(to_json(x)) WHEN 'ARRAY' THEN json_array_length(to_json(x))::BIGINT WHEN 'OBJECT' THEN len(json_keys(to_json(x))) END;
CREATE TEMP MACRO athena_list1(x) AS [x];
CREATE TEMP MACRO athena_entry(k,v) AS struct_pack(key := k, value := v);
CREATE TEMP MACRO athena_flatten(l) AS flatten(l);
CREATE TEMP MACRO athena_array_join(l,s) AS array_to_string(l,s), (l,s,n) AS array_to_string(list_transform(l, lambda x: coalesce(x::VARCHAR,n)),s);
CREATE TEMP MACRO athena_slice(l,s,n) AS CASE WHEN s > 0 THEN l[s:s+n-1] ELSE l[len(l)+s+1:len(l)+s+n] END;
CREATE TEMP MACRO athena_sequence(a,b) AS CASE WHEN a > b THEN generate_series(a,b,-1) ELSE generate_series(a,b) END, (a,b,st) AS generate_series(a,b,st);
CREATE TEMP MACRO athena_sequence_t(a,b,st) AS list_transform(generate_series(a,b,st), lambda x: cast_to_type(x, a));
CREATE TEMP MACRO athena_array_distinct(l) AS list_filter(l, lambda x, i: coalesce(list_position(l, x),0) = i);
CREATE TEMP MACRO athena_array_intersect(a,b) AS list_filter(athena_array_distinct(a), lambda y: list_position(b,y) IS NOT NULL);
CREATE TEMP MACRO athena_array_except(a,b) AS list_filter(athena_array_distinct(a), lambda y: list_position(b,y) IS NULL);
CREATE TEMP MACRO athena_array_union(a,b) AS athena_array_distinct(list_concat(a,b));
CREATE TEMP MACRO athena_array_remove(l,v) AS list_filter(l, lambda x: x IS DISTINCT FROM v);
CREATE TEMP MACRO athena_contains(l,v) AS CASE WHEN list_contains(l,v) THEN true WHEN list_contains(list_transform(l, lambda x: x IS NULL),true) THEN NULL ELSE list_contains(l,v) END;
CREATE TEMP MACRO athena_array_position(l,x) AS coalesce(list_position(l,x), CASE WHEN l IS NULL OR x IS NULL THEN NULL ELSE 0 END);
CREATE TEMP MACRO athena_array_max(l) AS CASE WHEN list_contains(list_transform(l, lambda x: x IS NULL), true) THEN NULL ELSE list_max(l) END;
CREATE TEMP MACRO athena_array_min(l) AS CASE WHEN list_contains(list_transform(l, lambda x: x IS NULL), true) THEN NULL ELSE list_min(l) END;
CREATE TEMP MACRO athena_array_first(l) AS l[1];
CREATE TEMP MACRO athena_array_last(l) AS l[-1];
CREATE TEMP MACRO athena_trim_array(l,n) AS l[1:len(l)-n];
CREATE TEMP MACRO athena_repeat(x,n) AS list_transform(range(n), lambda i: x);
CREATE TEMP MACRO athena_zip(a,b) AS list_transform(range(1, greatest(len(a),len(b))+1), lambda i: struct_pack(field0 := a[i], field1 := b[i]));
CREATE TEMP MACRO athena_arrays_overlap(a,b) AS CASE WHEN list_has_any(a,b) THEN true
  WHEN list_contains(list_transform(a, lambda x: x IS NULL),true) OR list_contains(list_transform(b, lambda x: x IS NULL),true) THEN NULL ELSE list_has_any(a,b) END;
CREATE TEMP MACRO athena_any(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_bool_or(l) THEN true WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE false END;
CREATE TEMP MACRO athena_all(l) AS CASE WHEN l IS NULL THEN NULL WHEN list_bool_and(l) = false THEN false WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE true END;
CREATE TEMP MACRO athena_map_agg(k,v) AS map_from_entries(list_filter(list(struct_pack(key := k, value := v)) FILTER (WHERE k IS NOT NULL),
  lambda p, i: list_position(list(k) FILTER (WHERE k IS NOT NULL), p.key) = i));
CREATE TEMP MACRO athena_multimap_agg(k,v) AS map_from_entries(list_transform(athena_array_distinct(list(k) FILTER (WHERE k IS NOT NULL)),
  lambda kk: struct_pack(key := kk, value := list_transform(list_filter(list(struct_pack(k := k, v := v)), lambda p: p.k = kk), lambda p: p.v))));
CREATE TEMP MACRO athena_ordinals(n) AS generate_series(1, n);
CREATE TEMP MACRO athena_larger(a,b) AS greatest(coalesce(a,0), coalesce(b,0));
CREATE TEMP MACRO athena_list_reverse(l) AS list_reverse(l);
`;

/** Every macro, as one text of many statements. */
export const PRELUDE = [NUMBERS, DATES, TEXTS, JSON_TEXTS, COLLECTIONS].join('\n');
