/** What becomes of each Trino function (athena-sql reference, 3). A name in none of the lists is unknown to users too. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Calls renamed to the prelude's `athena_<name>`. */
export const MACROS = words(`
  width_bucket bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift bit_count
  infinity nan is_infinite is_finite e to_base from_base cbrt
  date_add date_diff date_trunc from_unixtime from_unixtime_nanos at_timezone with_timezone current_timezone to_iso8601
  to_milliseconds millisecond dow doy yow year_of_week
  length split split_part split_to_map strpos codepoint levenshtein_distance hamming_distance normalize
  regexp_count regexp_position to_utf8 to_hex md5 sha1 sha256 url_encode url_decode url_extract_protocol url_extract_host
  url_extract_port url_extract_path url_extract_query url_extract_fragment url_extract_parameter typeof
  json_extract json_extract_scalar json_parse json_format json_array_length json_array_get json_array_contains json_size
  is_json_scalar
  element_at cardinality flatten array_join slice array_distinct array_intersect array_except array_union array_remove
  contains array_position array_max array_min array_first array_last trim_array repeat zip arrays_overlap
`);

/** Aggregates among the macros: a FILTER must move into the first argument, DISTINCT cannot. */
export const AGGREGATE_MACROS = words('entropy map_agg multimap_agg');

/** Calls that mean the same after translation. */
export const PASSED = words(`
  abs acos asin atan atan2 ceil ceiling cos cosh degrees exp floor is_nan ln log log10 log2 mod pi pow power radians
  rand random round sign sin sinh sqrt tan tanh truncate
  chr concat_ws lower upper lpad rpad ltrim rtrim trim replace reverse starts_with translate position
  regexp_extract regexp_extract_all regexp_like regexp_replace regexp_split
  from_base64 to_base64 from_hex from_utf8
  current_date current_time current_timestamp localtime localtimestamp now date day day_of_month day_of_week day_of_year
  hour minute second month quarter week week_of_year year last_day_of_month to_unixtime from_iso8601_date
  from_iso8601_timestamp extract
  json_object json_array
  array_agg array_sort filter map map_concat map_entries map_from_entries map_keys map_values row
  approx_distinct any_value arbitrary avg bool_and bool_or every corr count count_if covar_pop covar_samp geometric_mean
  histogram kurtosis listagg max max_by min min_by regr_intercept regr_slope skewness stddev stddev_pop stddev_samp sum
  var_pop var_samp variance grouping rollup cube
  coalesce if nullif try uuid ifnull nvl
  cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
`);

/** Calls that run under another name. */
export const RENAMED: Readonly<Record<string, string>> = {
  approx_percentile: 'approx_quantile',
  bitwise_and_agg: 'bit_and',
  bitwise_or_agg: 'bit_or',
};

/** Functions of Athena that this engine does not have. */
export const REFUSED = words(`
  soundex word_stem human_readable_seconds approx_most_frequent numeric_histogram checksum xxhash64 crc32 sha512 murmur3
  hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 spooky_hash_v2_32 spooky_hash_v2_64
  ngrams combinations shuffle reduce_agg approx_set merge empty_approx_set tdigest_agg value_at_quantile qdigest_agg
  values_at_quantiles normal_cdf inverse_normal_cdf beta_cdf inverse_beta_cdf array_histogram map_union map_zip_with
  parse_duration luhn_check split_to_multimap multimap_from_entries timezone_hour timezone_minute from_base32 to_base32
  from_base64url to_base64url from_big_endian_32 from_big_endian_64 to_big_endian_32 to_big_endian_64 to_ieee754_32
  to_ieee754_64 from_ieee754_32 from_ieee754_64 cosine_similarity wilson_interval_lower wilson_interval_upper bing_tile
  great_circle_distance geometry_union to_geometry to_spherical_geography parse_presto_data_size parse_data_size
  color render bar rgb current_user current_catalog current_schema current_groups
`);
