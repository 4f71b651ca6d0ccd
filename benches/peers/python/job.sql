-- The job in one statement. duckdb_job.py fills in where the records are (@IN@), where the rows go (@OUT@), how totals come
-- into the ranking (@TOTAL@), and how several gates are written (@FAILED@).
COPY (
  WITH scored AS (
    SELECT id, q6, p50,
           list_filter([CASE WHEN needs < 1 THEN 'needs' END,
                        CASE WHEN NOT in_roadmap THEN 'in_roadmap' END,
                        CASE WHEN phase NOT BETWEEN 2 AND 4 THEN 'phase' END], lambda gate: gate IS NOT NULL) AS failed,
           (q1 + q2) / 2 AS goal,
           (q3 + q4 + q5) / 3 AS cost,
           (q6 + q7 + q8) / 3 AS benefit,
           @TOTAL@ AS total
    FROM @IN@
  ), ranked AS (
    SELECT *, row_number() OVER best AS rank, sum(p50) OVER best AS used, sum(p50) OVER () AS all_p50
    FROM scored WHERE len(failed) = 0
    WINDOW best AS (ORDER BY total DESC, q6 DESC, id ROWS UNBOUNDED PRECEDING)
  )
  SELECT id, 'ranked' AS status, @FAILED@ AS failed, round(goal, 6) AS goal, round(cost, 6) AS cost,
         round(benefit, 6) AS benefit, round(total, 6) AS total, rank,
         CASE WHEN 4 * used <= all_p50 THEN 'kept' ELSE 'cut' END AS selection
  FROM ranked
  UNION ALL
  SELECT id, 'not-eligible', @FAILED@, round(goal, 6), round(cost, 6), round(benefit, 6), round(total, 6), NULL, 'out'
  FROM scored WHERE len(failed) > 0
) TO '@OUT@' (@OPTIONS@);
