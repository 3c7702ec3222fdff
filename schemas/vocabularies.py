"""The closed lists of the domain, each code with its Chinese and English name.

Belongs here: lists the regulation or the calculation closes. Does not belong here:
lists that grow with the data (units, regions, gases, categories: seed tables).
"""

from __future__ import annotations

from schemas.table import Vocabulary

# fmt: off

FACTOR_KIND = Vocabulary(
    "factor_kind", "因子类型", "Factor kind",
    (
        ("footprint_factor", "产品碳足迹因子", "life-cycle footprint factor"),
        ("direct_ef", "直接排放因子", "direct emission factor at the activity"),
        ("energy_indirect_ef", "能源间接排放因子", "grid or heat factor for organisations"),
        ("residual_mix", "剩余结构因子", "life-cycle residual mix factor"),
        ("removal_factor", "清除因子", "removal factor"),
    ),
)
STATUS = Vocabulary(
    "status", "状态", "Status",
    (
        ("draft", "草稿", "draft"),
        ("submitted", "已提交", "submitted"),
        ("in_review", "评审中", "in review"),
        ("returned", "已退回", "returned for correction"),
        ("refused", "不予入库", "refused"),
        ("public_notice", "公示中", "public notice"),
        ("admitted", "已入库", "admitted"),
        ("provisional", "暂定", "provisional"),
        ("superseded", "已替代", "superseded"),
        ("withdrawn", "已撤回", "withdrawn"),
        ("recalled", "已召回", "recalled"),
    ),
)
REVIEW_STATE = Vocabulary(
    "review_state", "评审情况", "Review state",
    (
        ("policy_checked", "按公开政策机审", "checked by a named policy, no person"),
        ("steward_reviewed", "管理员评审", "reviewed by a steward"),
        ("expert_reviewed", "专家评审", "reviewed by experts"),
        ("not_reviewed", "未评审", "not reviewed"),
    ),
)
VALUE_CONVENTION = Vocabulary(
    "value_convention", "数值口径", "Value convention",
    (
        ("excluding_uptake", "不含生物源吸收", "excluding biogenic uptake"),
        ("including_uptake", "含生物源吸收", "including biogenic uptake"),
        ("direct", "活动处直接排放", "direct emission at the activity"),
        ("not_stated", "未说明", "not stated"),
    ),
)
GWP_SET = Vocabulary(
    "gwp_set", "全球增温潜势版本", "GWP set",
    (
        ("SAR", "IPCC 第二次评估报告", "IPCC Second Assessment Report, 100 years"),
        ("AR4", "IPCC 第四次评估报告", "IPCC Fourth Assessment Report, 100 years"),
        ("AR5", "IPCC 第五次评估报告（无碳循环反馈）", "IPCC AR5 without climate-carbon feedback"),
        ("AR5-feedback", "IPCC 第五次评估报告（含碳循环反馈）",
         "IPCC AR5 with climate-carbon feedback"),
        ("AR6", "IPCC 第六次评估报告", "IPCC Sixth Assessment Report, 100 years"),
        ("not_stated", "官方文件未说明", "not printed by the official document"),
        ("not_applicable", "单一气体质量，不经特征化", "mass of one gas, not characterised"),
    ),
)
BOUNDARY = Vocabulary(
    "boundary", "系统边界", "System boundary",
    (
        ("activity", "活动处（直接排放）", "at the activity (direct emission)"),
        ("gate_to_gate", "大门到大门", "gate to gate"),
        ("cradle_to_gate", "摇篮到大门", "cradle to gate"),
        ("cradle_to_grave", "摇篮到坟墓", "cradle to grave"),
        ("gate_to_grave", "大门到坟墓", "gate to grave"),
        ("well_to_tank", "油井到油箱", "well to tank"),
        ("well_to_wheel", "油井到车轮", "well to wheel"),
        ("not_stated", "未说明", "not stated"),
    ),
)
DELIVERY_SCOPE = Vocabulary(
    "delivery_scope", "供应环节（电力与热力）", "Delivery scope (electricity and heat)",
    (
        ("generation", "发电侧", "generation"),
        ("transmission", "输配", "transmission and distribution"),
        ("delivered", "用户侧（含输配）", "delivered, including transmission"),
        ("not_stated", "未说明", "not stated"),
        ("not_applicable", "不适用", "not applicable"),
    ),
)
LOCATION_TYPE = Vocabulary(
    "location_type", "地点类型", "Location type",
    (
        ("production", "生产混合", "production mix"),
        ("consumption", "消费混合", "consumption mix"),
        ("not_stated", "未说明", "not stated"),
    ),
)
DATA_ORIGIN = Vocabulary(
    "data_origin", "数据来源类型", "Data origin",
    (
        ("primary", "初级数据", "primary data"),
        ("mixed", "混合", "mixed primary and secondary data"),
        ("secondary", "次级数据", "secondary data"),
    ),
)
DERIVATION = Vocabulary(
    "derivation", "数据获取方式", "Derivation",
    (
        ("measured", "实测", "measured"),
        ("calculated", "计算", "calculated"),
        ("default", "缺省值", "published default"),
        ("estimated", "估算", "estimated"),
        ("unknown", "获取方式不明", "unknown derivation"),
    ),
)
UNCERTAINTY_KIND = Vocabulary(
    "uncertainty_kind", "不确定度类型", "Uncertainty kind",
    (
        ("variance_ln", "对数方差", "variance of ln x"),
        ("sigma_ln", "对数标准差", "standard deviation of ln x"),
        ("gsd", "几何标准差", "geometric standard deviation"),
        ("gsd2", "几何标准差平方（95 % 倍数）", "squared GSD, the 95 % factor"),
        ("cv", "变异系数", "coefficient of variation"),
        ("ci95_rel", "95 % 相对半宽", "relative half width of the 95 % interval"),
        ("ci95_abs", "95 % 上下限", "limits of the 95 % interval"),
        ("pedigree", "谱系矩阵", "pedigree scores"),
        ("none", "未给出", "none given"),
    ),
)
DATA_CLASS = Vocabulary(
    "data_class", "数据分级", "Data class",
    (
        ("public", "公开", "public"),
        ("restricted", "受限", "restricted"),
        ("confidential", "保密", "confidential"),
    ),
)
AUTHORISATION_SCOPE = Vocabulary(
    "authorisation_scope", "授权范围", "Authorisation scope",
    (
        ("public", "公开", "public"),
        ("figures_only", "仅引用数值并注明出处", "single figures with citation"),
        ("regional_government", "仅限区内政府使用", "government of the region only"),
        ("authorised_units", "仅限授权单位", "authorised organisations only"),
        ("aggregate_only", "仅限聚合结果", "aggregated results only"),
        ("none", "未授权", "no authorisation"),
    ),
)
CONFIDENCE = Vocabulary(
    "confidence", "转录可信度", "Confidence of the transcription",
    (
        ("high", "高", "high: official text, or two independent transcriptions agree"),
        ("medium", "中", "medium: one transcription naming document and table"),
        ("low", "低", "low: one transcription without citation, or a conflict"),
    ),
)
STAGE = Vocabulary(
    "stage", "生命周期阶段", "Life-cycle stage",
    (
        ("raw_material", "原材料获取", "raw material"),
        ("production", "生产", "production"),
        ("distribution", "分销", "distribution"),
        ("use", "使用", "use"),
        ("end_of_life", "生命末期", "end of life"),
    ),
)
DIRECTION = Vocabulary(
    "direction", "方向", "Direction",
    (
        ("input", "投入", "input"),
        ("coproduct", "共生产品", "co-product"),
        ("waste", "待处理废物", "waste to treatment"),
        ("emission", "排放", "emission"),
        ("removal", "清除", "removal"),
    ),
)
FLOW_USE = Vocabulary(
    "flow_use", "用途", "Flow use",
    (
        ("supply", "供应（仅上游）", "supply: upstream only"),
        ("combustion", "燃烧（仅直接排放）", "combustion: direct emission only"),
        ("supply_and_combustion", "供应与燃烧", "supply and combustion"),
        ("feedstock", "原料", "feedstock"),
    ),
)
ALLOCATION = Vocabulary(
    "allocation", "分配方法", "Allocation",
    (
        ("none", "不分配", "none"),
        ("mass", "按质量", "by mass"),
        ("energy", "按能量", "by energy"),
        ("economic", "按经济价值", "by economic value"),
        ("substitution", "替代", "substitution"),
    ),
)
COMPONENT = Vocabulary(
    "component", "分项", "Component",
    (
        ("fossil", "化石源", "fossil emissions"),
        ("biogenic_non_co2", "生物源非二氧化碳", "biogenic gases other than CO2"),
        ("land_use_change", "土地利用变化", "direct land use change"),
        ("land_management_emission", "土地管理排放", "land management emissions"),
        ("land_management_removal", "土地管理清除", "land management removals"),
        ("technological_removal", "技术清除", "technological removals"),
        ("ccs_capture", "捕集封存", "capture and storage"),
        ("biogenic_uptake", "生物源吸收", "biogenic uptake"),
        ("biogenic_co2_emission", "生物源二氧化碳排放", "biogenic CO2 emissions"),
        ("aircraft", "航空（备注项）", "aircraft (memo, outside every total)"),
        ("unsplit", "未拆分", "not split by the source"),
    ),
)
HEADING = Vocabulary(
    "heading", "分报项", "Heading",
    (
        ("fossil", "化石源", "fossil"),
        ("biogenic", "生物源", "biogenic"),
        ("land_use_change", "土地利用变化与土地管理", "land use change and land management"),
        ("aircraft", "航空（备注项）", "aircraft (memo, outside every total)"),
        ("removals", "清除与捕集", "removals and capture"),
        ("uptake", "生物源吸收", "biogenic uptake"),
        ("unsplit", "未拆分", "not split by the source"),
    ),
)
GAP_KIND = Vocabulary(
    "gap_kind", "缺口类型", "Kind of gap",
    (
        ("no_factor", "没有可用因子", "no factor serves"),
        ("upstream_not_declared", "只计燃烧，未计上游", "burnt, its upstream not declared"),
    ),
)
# What a whole division tells bounds a gap; it says nothing of its share.
BOUNDS_ALONE = "same_division"
GAP_BASIS = Vocabulary(
    "gap_basis", "估计依据", "Basis of the estimate",
    (
        ("same_flow", "同一流的其他因子", "other factors of the same flow"),
        ("upstream_share", "燃烧排放乘公布的上游份额", "published share of what burning emits"),
        ("published_treatment", "别国公布的处理排放",
         "what publishers elsewhere print for its treatment"),
        ("same_category", "同类流的因子", "factors of the category"),
        ("other_kind", "同一流、不可采用种类的因子（缺上游）",
         "factors of the flow of a kind that may not serve (upstream missing)"),
        ("near_category", "相近类的因子", "factors of a category alike"),
        (BOUNDS_ALONE, "整个门类的因子（只表明量级）",
         "factors of the whole division (its bounds)"),
        ("none", "无法估计", "cannot be estimated"),
    ),
)
ELECTRICITY_BASIS = Vocabulary(
    "electricity_basis", "未覆盖电量的依据", "Basis of the uncovered part",
    (
        ("residual_mix", "残余结构", "residual mix"),
        ("average", "平均因子（无残余结构）", "average factor, no residual mix published"),
        ("not_served", "没有因子", "no factor"),
    ),
)
ASSUMPTION_ORIGIN = Vocabulary(
    "assumption_origin", "假设来源", "Origin of the assumption",
    (
        ("inventory", "清单写明", "stated by the inventory"),
        ("engine", "计算时作出", "made by the computation"),
    ),
)
REGION_KIND = Vocabulary(
    "region_kind", "区域类型", "Kind of region",
    (
        ("world", "全球", "world"),
        ("world_region", "世界区域", "world region"),
        ("economy_group", "经济体分组", "group of economies"),
        ("country", "国家（地区）", "country or area"),
        ("grid_region", "电网区域（现行七分区）", "grid region, present seven"),
        ("grid_region_former", "电网区域（原六分区）", "grid region, former six"),
        ("geographic_region", "地理大区", "geographic division of provinces"),
        ("province", "省级行政区", "province"),
        ("prefecture", "地级行政区", "prefecture"),
        ("county", "县级行政区", "county"),
    ),
)
DECISION_KIND = Vocabulary(
    "decision_kind", "决定方式", "Kind of decision",
    (
        ("policy", "按公开政策", "by a named policy"),
        ("person", "由人作出", "by a person in a role"),
    ),
)
VERDICT = Vocabulary(
    "verdict", "结论", "Verdict",
    (
        ("admit", "入库", "admit"),
        ("provisional", "暂定入库", "admit as provisional"),
        ("refuse", "不予入库", "refuse"),
        ("return", "退回修改", "return for correction"),
    ),
)
REVIEW_ACT = Vocabulary(
    "event_kind", "办理事项", "Act of review",
    (
        ("submission", "提交", "handed in"),
        ("assignment", "指派", "reviewers asked"),
        ("opinion", "意见", "opinion given"),
        ("review_decision", "决定", "decision"),
    ),
)
CONCLUSION = Vocabulary(
    "conclusion", "评审结论", "Conclusion of an opinion",
    (
        ("accept", "同意入库", "accept"),
        ("conditional_accept", "有条件同意", "accept on condition"),
        ("return", "建议退回", "return for correction"),
        ("reject", "不同意", "reject"),
    ),
)
JUDGEMENT_LEVEL = Vocabulary(
    "judgement_level", "定性评价", "Judgement in words",
    (
        ("full", "充分", "full"),
        ("adequate", "基本充分", "adequate"),
        ("insufficient", "不足", "insufficient"),
        ("not_judged", "未评价", "not judged"),
    ),
)
SEVERITY = Vocabulary(
    "severity", "级别", "Severity",
    (
        ("error", "必须改", "error: the row cannot be admitted"),
        ("review", "须人工核对", "review: a person must look"),
        ("warning", "建议改", "warning"),
    ),
)
CHANGE_CLASS = Vocabulary(
    "change_class", "变更类别", "Change class",
    (
        ("added", "新增", "added"),
        ("withdrawn", "撤回", "withdrawn"),
        ("value", "数值", "value"),
        ("unit", "单位", "unit"),
        ("boundary", "边界", "boundary"),
        ("source", "来源", "source"),
        ("quality", "质量", "quality"),
        ("metadata", "元数据", "metadata"),
        ("licence", "许可", "licence"),
        ("gwp", "增温潜势版本", "GWP set"),
    ),
)
CHANGE_REASON = Vocabulary(
    "change_reason", "变更原因", "Reason of a change",
    (
        ("first_publication", "首次发布", "first publication"),
        ("source_update", "来源更新", "source update"),
        ("correction", "勘误", "correction of an error"),
        ("revision", "修订", "revision with better data"),
        ("method_change", "方法变更", "change of method"),
        ("gwp_set", "增温潜势变更", "change of GWP set"),
        ("reclassification", "重新分类", "reclassification"),
        ("expiry", "授权或有效期届满", "expiry of validity or licence"),
        ("recall", "召回", "recall"),
    ),
)
CHANGE_TIER = Vocabulary(
    "change_tier", "变更幅度", "Tier of a change",
    (
        ("large", "大", "large"),
        ("moderate", "中", "moderate"),
        ("small", "小", "small"),
        ("none", "无数值变化", "no change of value"),
    ),
)
INDICATOR = Vocabulary(
    "indicator", "分级指标", "Graded indicator",
    (
        ("carbon_footprint", "产品碳足迹", "product carbon footprint"),
        ("energy_intensity", "单位产品能耗", "energy intensity"),
    ),
)
GRADE_METHOD = Vocabulary(
    "grade_method", "分级方法", "Grading method",
    (
        ("quantile", "分位数", "quantile classes of a population"),
        ("ratio", "基准比值", "ratio to a benchmark"),
        ("sliding_scale", "滑动标尺", "limits sliding with a covariate"),
        ("table", "限值表", "table of limits"),
    ),
)
POPULATION_KIND = Vocabulary(
    "population_kind", "样本性质", "Kind of population",
    (
        ("producer", "生产者数据", "results of producers"),
        ("modelled_average", "模型平均值", "modelled averages"),
        ("country_default", "国别缺省值", "country defaults"),
        ("limit_table", "标准限值", "limits printed by a standard"),
        ("constructed", "构造样本（演示）", "a constructed population, for demonstration"),
    ),
)
UNCERTAINTY_POLICY = Vocabulary(
    "uncertainty_policy", "不确定度处理", "Uncertainty policy",
    (
        ("point", "按点值", "grade of the point value"),
        ("conservative", "按保守值", "grade of the conservative bound"),
        ("probability", "按最大概率", "most probable grade"),
    ),
)
CHECK_RESULT = Vocabulary(
    "check_result", "检查结果", "Result of a check",
    (
        ("met", "满足", "met"),
        ("partly", "部分满足", "partly met"),
        ("not_met", "不满足", "not met"),
        ("not_built", "尚未建成", "not built yet"),
    ),
)
SUBJECT_KIND = Vocabulary(
    "subject_kind", "对象类别", "Kind of subject",
    (
        ("factor", "因子", "factor"),
        ("process", "单元过程", "unit process"),
        ("source", "来源", "source"),
    ),
)
CHECK_SEVERITY = Vocabulary(
    "check_severity", "提示级别", "Severity of a check",
    (
        ("error", "错误", "error"),
        ("review", "须人看", "a person must look"),
    ),
)
BALANCED_KIND = Vocabulary(
    "balanced_kind", "平衡对象", "Kind of object balanced",
    (
        ("process", "单元过程", "unit process"),
        ("model", "生命周期模型", "life-cycle model"),
    ),
)
BALANCE_RESULT = Vocabulary(
    "balance_result", "平衡结论", "Result of a balance",
    (
        ("closed", "平衡", "closed"),
        ("exceeds", "离开多于进入", "more leaves than enters"),
        ("short", "离开少于进入", "less leaves than enters"),
        ("not_judged", "资料不足，未判", "too little is known to say"),
    ),
)

ALL_VOCABULARIES: tuple[Vocabulary, ...] = tuple(
    v for v in list(globals().values()) if isinstance(v, Vocabulary)
)
