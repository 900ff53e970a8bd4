"""Trees, forests and boosters of Spark, and of libraries that train on it."""
